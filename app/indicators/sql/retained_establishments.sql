-- Establishments in force, in the columns of retained_practices.sql; each counts for one.
SELECT
  coalesce(string_agg(int4send(e.id), ''), '') AS person,
  coalesce(string_agg(int4send(e.site_id), ''), '') AS site,
  coalesce(string_agg(int4send(m.profession_id), ''), '') AS profession
FROM supply.establishment e
JOIN indicator.profession_member m ON m.category_code = e.category_code
WHERE e.valid @> CAST(:finess_vintage AS date)
