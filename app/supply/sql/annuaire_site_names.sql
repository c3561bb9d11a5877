-- The name of a practice often bears its practitioner's ("CABINET DU DR X"): a site that FINESS does not name
-- has a name only while the newest vintage writes it there; of several the first, whatever was loaded before.
-- Only practices in force have one. It may be another where the last one of a name went, where a name came that
-- stands before the site's, and where a place changed its name. Read ``whole``, a vintage that replaces itself may
-- also leave names at sites that nobody is at any more.
WITH went AS (
  SELECT site_id, name FROM ending WHERE name IS NOT NULL EXCEPT SELECT site_id, name FROM opening
),
came AS (
  SELECT site_id, name FROM opening WHERE name IS NOT NULL EXCEPT SELECT site_id, name FROM ending
),
changed AS (
  SELECT w.site_id
  FROM went w
  LEFT JOIN LATERAL (
    SELECT p.site_id FROM supply.practice p WHERE p.site_id = w.site_id AND p.name = w.name LIMIT 1
  ) still ON true
  WHERE still.site_id IS NULL
  UNION
  SELECT c.site_id FROM came c JOIN supply.site s ON s.id = c.site_id
  WHERE s.name IS NULL OR c.name < s.name COLLATE "C"
  UNION SELECT site_id FROM renamed
  UNION SELECT id FROM supply.site WHERE CAST(:whole AS boolean)
)
UPDATE supply.site s
SET name = now.name
FROM changed c
CROSS JOIN LATERAL (
  SELECT min(p.name COLLATE "C") AS name FROM supply.practice p WHERE p.site_id = c.site_id
) now
WHERE s.id = c.site_id AND s.name IS DISTINCT FROM now.name
  AND NOT EXISTS (SELECT FROM supply.establishment e WHERE e.site_id = s.id AND e.name IS NOT NULL)
