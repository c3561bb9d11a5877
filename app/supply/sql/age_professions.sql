-- Professions as the file writes them.
SELECT DISTINCT profession FROM staging.ages ORDER BY 1
