-- Establishments in force, in the columns of retained_practices.sql; each counts for one in each profession and
-- group of the release, by its category and by the activities that the release's file says it is authorised to.
WITH kind AS (
  SELECT id, site_id, category_code AS code
  FROM supply.establishment
  WHERE valid @> CAST(:finess_vintage AS date)
  UNION ALL
  SELECT e.id, e.site_id, a.kind
  FROM supply.authorised a
  JOIN ops.release_input i ON i.source_file_id = a.source_file_id AND i.release_id = :release_id
  JOIN supply.establishment e ON e.finess = a.finess AND e.valid @> CAST(:finess_vintage AS date)
)
SELECT
  coalesce(string_agg(int4send(e.id), ''), '') AS person,
  coalesce(string_agg(int4send(e.site_id), ''), '') AS site,
  coalesce(string_agg(int4send(m.profession_id), ''), '') AS profession
FROM kind e
JOIN indicator.profession_member m ON m.category_code = e.code
JOIN indicator.release_profession r ON r.profession_id = m.profession_id AND r.release_id = :release_id
