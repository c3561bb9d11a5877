-- The name of a place follows the newest vintage without a history.
UPDATE supply.practice p
SET name = i.name
FROM incoming i
WHERE upper_inf(p.valid) AND p.name IS DISTINCT FROM i.name
  AND (p.practitioner_id, p.site_id, p.profession_code)
    = (i.practitioner_id, i.site_id, i.profession_code)
