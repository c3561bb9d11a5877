-- The name of a practice often bears its practitioner's ("CABINET DU DR X"): a site that FINESS does not name
-- has a name only while the newest vintage writes it there; of several the first, whatever was loaded before.
WITH changed AS (
  SELECT site_id FROM incoming UNION SELECT site_id FROM ending
)
UPDATE supply.site s
SET name = now.name
FROM (
  SELECT s.id, min(p.name COLLATE "C") AS name
  FROM supply.site s
  LEFT JOIN supply.practice p ON p.site_id = s.id AND upper_inf(p.valid)
  WHERE (CAST(:whole AS boolean) OR s.id IN (SELECT site_id FROM changed))
    AND NOT EXISTS (SELECT FROM supply.establishment e WHERE e.site_id = s.id AND e.name IS NOT NULL)
  GROUP BY s.id
) now
WHERE now.id = s.id AND s.name IS DISTINCT FROM now.name
