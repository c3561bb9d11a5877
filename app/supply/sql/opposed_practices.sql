-- No practice of who objected, past ones included.
DELETE FROM supply.practice
WHERE practitioner_id IN (SELECT practitioner_id FROM opposed)
