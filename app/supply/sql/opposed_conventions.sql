-- No conventional sector of who objected, in any release.
DELETE FROM supply.convention
WHERE practitioner_id IN (SELECT practitioner_id FROM opposed)
