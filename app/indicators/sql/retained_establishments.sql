-- Establishments in force, in the columns of retained_practices.sql; each counts for one in each profession and
-- group of the release.
SELECT
  coalesce(string_agg(int4send(e.id), ''), '') AS person,
  coalesce(string_agg(int4send(e.site_id), ''), '') AS site,
  coalesce(string_agg(int4send(m.profession_id), ''), '') AS profession
FROM supply.establishment e
JOIN indicator.profession_member m ON m.category_code = e.category_code
JOIN indicator.release_profession r ON r.profession_id = m.profession_id AND r.release_id = :release_id
WHERE e.valid @> CAST(:finess_vintage AS date)
