-- Practices whose place the newest vintage names otherwise than before.
CREATE TEMP TABLE renamed ON COMMIT DROP AS
SELECT s.id, s.site_id, i.name
FROM incoming i
JOIN standing s ON (s.practitioner_id, s.site_id, s.profession_code)
                 = (i.practitioner_id, i.site_id, i.profession_code)
WHERE s.name IS DISTINCT FROM i.name
