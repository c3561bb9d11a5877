-- Professions as the file writes them.
SELECT DISTINCT profession FROM staging.actes ORDER BY 1
