-- Practices in force on the vintage's date that it does not hold, or holds otherwise; of those whose lines were
-- read when the vintage was not read ``whole``.
CREATE TEMP TABLE ending ON COMMIT DROP AS
SELECT p.id, p.site_id, p.name, lower(p.valid) AS since, upper(p.valid) AS until
FROM supply.practice p
WHERE p.valid @> CAST(:vintage AS date)
  AND (CAST(:whole AS boolean) OR p.practitioner_id IN (SELECT practitioner_id FROM touched))
  AND NOT EXISTS (
    SELECT FROM incoming i
    WHERE (i.practitioner_id, i.site_id, i.profession_code, i.skills, i.modes, i.sectors, i.liberal,
           i.ambulatory)
        = (p.practitioner_id, p.site_id, p.profession_code, p.skills, p.modes, p.sectors, p.liberal,
           p.ambulatory))
