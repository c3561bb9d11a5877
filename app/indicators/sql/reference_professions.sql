-- Professions as the file of reference counts writes them.
SELECT DISTINCT profession FROM staging.reference ORDER BY 1
