-- Located sites of each profession and group of a release, those of liberal practitioners and of establishments
-- in force on its days, as an array a profession.
WITH day AS (
  SELECT r.vintage AS people, coalesce((
    SELECT max(f.vintage) FROM ops.release_input i
    JOIN ops.source_file f ON f.id = i.source_file_id
    WHERE i.release_id = r.id AND f.register = 'finess'), r.vintage) AS places
  FROM ops.release r WHERE r.id = :release_id
),
located AS MATERIALIZED (
  SELECT site_id FROM supply.placement
  WHERE release_id = :release_id AND location_class IN ('finess', 'housenumber', 'street') AND geom IS NOT NULL
),
kind AS MATERIALIZED (
  SELECT DISTINCT p.profession_code, p.skills, p.site_id
  FROM supply.practice p
  JOIN located USING (site_id)
  WHERE p.valid @> (SELECT people FROM day) AND p.liberal
),
establishment AS (
  SELECT e.finess, e.site_id, e.category_code
  FROM supply.establishment e
  JOIN located USING (site_id)
  WHERE e.valid @> (SELECT places FROM day)
),
found AS (
  SELECT m.profession_id, k.site_id
  FROM kind k
  JOIN indicator.profession_member m ON m.profession_code = k.profession_code
    AND (m.skill_code IS NULL OR m.skill_code = ANY (k.skills))
  UNION
  SELECT m.profession_id, e.site_id
  FROM establishment e
  JOIN indicator.profession_member m ON m.category_code = e.category_code
  UNION
  SELECT m.profession_id, e.site_id
  FROM supply.authorised a
  JOIN ops.release_input i ON i.source_file_id = a.source_file_id AND i.release_id = :release_id
  JOIN establishment e USING (finess)
  JOIN indicator.profession_member m ON m.category_code = a.kind
)
SELECT profession_id, array_agg(site_id ORDER BY site_id) AS sites
FROM found
GROUP BY profession_id
