-- Of several names of a site, the first; one that another register named keeps its own.
UPDATE supply.site s
SET name = n.name
FROM (
  SELECT site_id, min(name COLLATE "C") AS name
  FROM supply.practice
  WHERE site_id = ANY(CAST(:renamed AS integer[]))
  GROUP BY site_id
) n
WHERE s.id = n.site_id AND (s.id > :known OR s.name IS NULL) AND s.name IS DISTINCT FROM n.name
