-- The name of a practice often bears its practitioner's ("CABINET DU DR X"): a site that FINESS does not name
-- has a name only while the newest vintage writes it there; of several the first, whatever was loaded before.
WITH shown AS (
  SELECT w.site_id, min(a.name) AS name
  FROM activity a
  JOIN supply.written_address w ON w.md5 = a.written
  GROUP BY 1
)
UPDATE supply.site s
SET name = now.name
FROM (
  SELECT s.id, shown.name
  FROM supply.site s
  LEFT JOIN shown ON shown.site_id = s.id
  WHERE s.name IS DISTINCT FROM shown.name
    AND NOT EXISTS (SELECT FROM supply.establishment e WHERE e.site_id = s.id AND e.name IS NOT NULL)
) now
WHERE now.id = s.id
