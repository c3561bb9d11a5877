-- The name of a practice often bears its practitioner's ("CABINET DU DR X"): a site without FINESS number
-- keeps a name only while the register writes it there, and takes another of the same place otherwise.
WITH shown AS (
  SELECT DISTINCT w.site_id, a.name
  FROM activity a
  JOIN supply.written_address w ON w.md5 = a.written
  WHERE a.finess IS NULL AND a.name IS NOT NULL
)
UPDATE supply.site s
SET name = now.name
FROM (
  SELECT s.id, min(shown.name) AS name, bool_or(shown.name = s.name) AS kept
  FROM supply.site s
  LEFT JOIN shown ON shown.site_id = s.id
  WHERE s.finess IS NULL AND s.name IS NOT NULL
  GROUP BY s.id
) now
WHERE now.id = s.id AND now.kept IS NOT TRUE
