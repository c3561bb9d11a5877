-- Located sites of each profession and group of a release and what each offers, those of liberal practitioners and
-- of establishments in force on its days, as arrays a profession. A practitioner is shared equally among all the
-- sites where he or she practises it (METHODS 1), whether or not those are located.
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
retained AS (
  SELECT DISTINCT m.profession_id, p.practitioner_id, p.site_id
  FROM supply.practised p
  JOIN supply.placement l ON l.release_id = :release_id AND l.site_id = p.site_id
  JOIN indicator.profession_member m ON m.profession_code = p.profession_code
    AND (m.skill_code IS NULL OR m.skill_code = ANY (p.skills))
  WHERE p.valid @> (SELECT people FROM day) AND p.liberal
),
shared AS (
  SELECT profession_id, site_id, 1.0 / count(*) OVER (PARTITION BY profession_id, practitioner_id) AS part
  FROM retained
),
establishment AS (
  SELECT e.finess, e.site_id, e.category_code
  FROM supply.establishment e
  JOIN located USING (site_id)
  WHERE e.valid @> (SELECT places FROM day)
),
found AS (
  SELECT m.profession_id, e.site_id, e.finess
  FROM establishment e
  JOIN indicator.profession_member m ON m.category_code = e.category_code
  UNION
  SELECT m.profession_id, e.site_id, e.finess
  FROM supply.authorised a
  JOIN ops.release_input i ON i.source_file_id = a.source_file_id AND i.release_id = :release_id
  JOIN establishment e USING (finess)
  JOIN indicator.profession_member m ON m.category_code = a.kind
),
offered AS (
  SELECT profession_id, site_id, sum(part) AS amount FROM shared JOIN located USING (site_id) GROUP BY 1, 2
  UNION ALL
  SELECT profession_id, site_id, count(*) FROM found GROUP BY 1, 2
)
SELECT profession_id, array_agg(site_id ORDER BY site_id) AS sites,
  array_agg(CAST(amount AS double precision) ORDER BY site_id) AS amounts
FROM offered
GROUP BY profession_id
