-- Lines that told a practice its sector.
CREATE TEMP TABLE convention_told ON COMMIT DROP AS
SELECT DISTINCT k.line_id
FROM convention_kept k
JOIN convention_practice p ON p.id = k.practice_id
JOIN supply.convention c ON c.release_id = :release_id
  AND (c.practitioner_id, c.site_id, c.profession_code) = (p.practitioner_id, p.site_id, p.profession_code)
