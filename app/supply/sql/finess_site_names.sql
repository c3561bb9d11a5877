-- A site with a FINESS number has the name that FINESS gave it last.
UPDATE supply.site s
SET name = last.name
FROM (
  SELECT DISTINCT ON (site_id) site_id, name FROM supply.establishment
  WHERE name IS NOT NULL
  ORDER BY site_id, lower(valid) DESC
) last
WHERE last.site_id = s.id AND s.name IS DISTINCT FROM last.name
