-- The name of a place follows the newest vintage without a history.
UPDATE supply.practice p
SET name = i.name
FROM incoming i
JOIN standing s ON (s.practitioner_id, s.site_id, s.profession_code)
                 = (i.practitioner_id, i.site_id, i.profession_code)
WHERE s.name IS DISTINCT FROM i.name
  AND p.id = s.id AND upper_inf(p.valid) AND p.name IS DISTINCT FROM i.name
