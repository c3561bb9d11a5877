-- The name of a practice often bears its practitioner's ("CABINET DU DR X"): a site that FINESS does not name
-- has a name only while the newest vintage writes it there; of several the first, whatever was loaded before.
-- Read whole, a vintage that replaces itself may also leave names at sites that nobody is at any more.
WITH changed AS (
  SELECT site_id FROM incoming UNION SELECT site_id FROM ending
  UNION SELECT id FROM supply.site WHERE CAST(:whole AS boolean)
)
UPDATE supply.site s
SET name = now.name
FROM (
  SELECT c.site_id, min(p.name COLLATE "C") AS name
  FROM changed c
  LEFT JOIN supply.practice p ON p.site_id = c.site_id AND upper_inf(p.valid)
  GROUP BY c.site_id
) now
WHERE now.site_id = s.id AND s.name IS DISTINCT FROM now.name
  AND NOT EXISTS (SELECT FROM supply.establishment e WHERE e.site_id = s.id AND e.name IS NOT NULL)
