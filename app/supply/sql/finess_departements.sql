-- Remember which départements the file holds: only there does an absence mean a closure.
UPDATE ops.source_file
SET departements = ARRAY(SELECT DISTINCT departement FROM incoming_establishment ORDER BY 1)
WHERE id = :file_id
