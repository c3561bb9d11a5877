-- How well the practices of the published area are placed, by profession (empty: every practitioner): practices
-- of each class, and people whose best place is of that class; groups are left out. Ambulatory practices and
-- establishments in force on the release's days. Without address, commune or postcode a practice is nowhere;
-- what is placed outside the published area is left out. Kinds are hashes as in retained_practices.sql, classes
-- their rank in :classes.
INSERT INTO indicator.placing (release_id, profession, location_class, practices, practitioners)
WITH place AS MATERIALIZED (
  SELECT pl.site_id, array_position(CAST(:classes AS text[]),
    CASE WHEN cardinality(pl.territories) = 0 THEN 'nowhere' ELSE pl.location_class END) AS rank
  FROM supply.placement pl
  JOIN supply.site s ON s.id = pl.site_id
  WHERE pl.release_id = :release_id
    AND (cardinality(pl.territories) > 0
      OR (pl.location_class = 'none' AND s.postcode IS NULL AND s.commune_code IS NULL AND s.town IS NULL))
),
person AS MATERIALIZED (
  SELECT hashtextextended(p.profession_code, 0) # hash_array_extended(p.skills, 1) AS kind,
    p.practitioner_id, place.rank, count(*) AS practices
  FROM supply.practised p
  JOIN place ON place.site_id = p.site_id
  WHERE p.valid @> CAST(:vintage AS date) AND p.ambulatory
  GROUP BY 1, 2, 3
),
kind AS MATERIALIZED (
  SELECT DISTINCT hashtextextended(p.profession_code, 0) # hash_array_extended(e.skills, 1) AS kind,
    m.profession_id
  FROM (SELECT DISTINCT profession_code, exercise_id FROM supply.practice) p
  JOIN supply.exercise e ON e.id = p.exercise_id
  JOIN indicator.profession_member m ON m.profession_code = p.profession_code
    AND (m.skill_code IS NULL OR m.skill_code = ANY(e.skills))
),
counted AS (
  SELECT kind.profession_id, p.rank, sum(p.practices) AS practices, 0 AS people
  FROM (SELECT kind, rank, sum(practices) AS practices FROM person GROUP BY 1, 2) p
  JOIN kind USING (kind)
  GROUP BY 1, 2
  UNION ALL
  SELECT NULL, rank, sum(practices), 0 FROM person GROUP BY rank
  UNION ALL
  SELECT profession_id, rank, 0, count(*)
  FROM (SELECT kind.profession_id, min(p.rank) AS rank
        FROM person p JOIN kind USING (kind) GROUP BY kind.profession_id, p.practitioner_id) best
  GROUP BY 1, 2
  UNION ALL
  SELECT NULL, rank, 0, count(*)
  FROM (SELECT min(rank) AS rank FROM person GROUP BY practitioner_id) best
  GROUP BY rank
  UNION ALL
  SELECT m.profession_id, place.rank, count(*), count(*)
  FROM supply.establishment e
  JOIN place ON place.site_id = e.site_id
  JOIN indicator.profession_member m ON m.category_code = e.category_code
  WHERE e.valid @> CAST(:finess_vintage AS date)
  GROUP BY 1, 2
  UNION ALL
  SELECT m.profession_id, place.rank, count(*), count(*)
  FROM supply.authorised a
  JOIN ops.release_input i ON i.source_file_id = a.source_file_id AND i.release_id = :release_id
  JOIN supply.establishment e ON e.finess = a.finess AND e.valid @> CAST(:finess_vintage AS date)
  JOIN place ON place.site_id = e.site_id
  JOIN indicator.profession_member m ON m.category_code = a.kind
  GROUP BY 1, 2
)
SELECT :release_id, coalesce(r.slug, ''), (CAST(:classes AS text[]))[rank], sum(practices), sum(people)
FROM counted
LEFT JOIN indicator.profession r ON r.id = counted.profession_id
WHERE r.members IS NULL
GROUP BY 2, 3
