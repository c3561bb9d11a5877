-- The name of a practice often bears its practitioner's ("CABINET DU DR X"): a site that FINESS does not name
-- has a name only while the newest vintage writes it there; of several the first, whatever was loaded before.
-- Only practices in force have one. Sites are read where it is not the one of before: that of the practices
-- that stay and of those that ended. Read ``whole``, a vintage that replaces itself may also leave names at
-- sites that nobody is at any more.
WITH changed AS (
  SELECT site_id FROM opening WHERE name IS NOT NULL
  UNION SELECT site_id FROM ending WHERE name IS NOT NULL
  UNION SELECT site_id FROM renamed
  UNION SELECT id FROM supply.site WHERE CAST(:whole AS boolean)
),
ended AS (SELECT site_id, min(name COLLATE "C") AS name FROM ending WHERE name IS NOT NULL GROUP BY site_id),
now AS (
  SELECT c.site_id, min(p.name COLLATE "C") AS name,
         min(p.name COLLATE "C") FILTER (WHERE lower(p.valid) < CAST(:vintage AS date)) AS kept
  FROM changed c
  LEFT JOIN supply.practice p ON p.site_id = c.site_id AND p.name IS NOT NULL
  GROUP BY c.site_id
),
other AS MATERIALIZED (
  SELECT now.site_id, now.name
  FROM now
  LEFT JOIN ended USING (site_id)
  WHERE now.name IS DISTINCT FROM least(now.kept, ended.name)
     OR now.site_id IN (SELECT site_id FROM renamed) OR CAST(:whole AS boolean)
)
UPDATE supply.site s
SET name = other.name
FROM other
WHERE other.site_id = s.id AND s.name IS DISTINCT FROM other.name
  AND NOT EXISTS (SELECT FROM supply.establishment e WHERE e.site_id = s.id AND e.name IS NOT NULL)
