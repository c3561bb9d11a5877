-- What a release counts in the whole store, by profession and over a whole register: people, practices, and
-- practices placed better than by their commune. Ambulatory practices and establishments in force on the
-- release's days; a practice counts once in each of its professions. Groups are left out: a city may redefine
-- them at any time. Both tables are read whole before they are joined: the planner expects few practices on a
-- day, and would go through an index.
INSERT INTO ops.release_measure (release_id, subject, headcount, practices, located)
WITH force AS MATERIALIZED (
  SELECT practitioner_id, site_id, profession_code, skills
  FROM supply.practised
  WHERE valid @> CAST(:vintage AS date) AND ambulatory
),
placed AS MATERIALIZED (
  SELECT site_id FROM supply.placement WHERE release_id = :release_id AND location_class = ANY(:located)
),
-- One row a person and kind of practice: people are then counted on far fewer rows.
person AS MATERIALIZED (
  SELECT practitioner_id, profession_code, skills, count(*) AS practices, count(placed.site_id) AS located
  FROM force
  LEFT JOIN placed USING (site_id)
  GROUP BY practitioner_id, profession_code, skills
),
member AS (
  SELECT DISTINCT k.profession_code, k.skills, m.profession_id
  FROM (SELECT DISTINCT profession_code, skills FROM person) k
  JOIN indicator.profession_member m ON m.profession_code = k.profession_code
    AND (m.skill_code IS NULL OR m.skill_code = ANY(k.skills))
),
place AS MATERIALIZED (
  SELECT category_code, placed.site_id IS NOT NULL AS located
  FROM supply.establishment e
  LEFT JOIN placed USING (site_id)
  WHERE e.valid @> CAST(:finess_vintage AS date)
),
authorised AS (
  SELECT a.kind AS category_code, placed.site_id IS NOT NULL AS located
  FROM supply.authorised a
  JOIN ops.release_input i ON i.source_file_id = a.source_file_id AND i.release_id = :release_id
  JOIN supply.establishment e ON e.finess = a.finess AND e.valid @> CAST(:finess_vintage AS date)
  LEFT JOIN placed USING (site_id)
),
counted AS (
  SELECT m.profession_id, count(DISTINCT p.practitioner_id) AS headcount, sum(p.practices) AS practices,
    sum(p.located) AS located
  FROM person p
  JOIN member m USING (profession_code, skills)
  GROUP BY m.profession_id
  UNION ALL
  SELECT m.profession_id, count(*), count(*), count(*) FILTER (WHERE p.located)
  FROM (SELECT * FROM place UNION ALL SELECT * FROM authorised) p
  JOIN indicator.profession_member m USING (category_code)
  GROUP BY m.profession_id
)
SELECT :release_id, r.slug, c.headcount, c.practices, c.located
FROM counted c
JOIN indicator.profession r ON r.id = c.profession_id AND r.members IS NULL
UNION ALL
SELECT :release_id, 'person', count(DISTINCT practitioner_id), coalesce(sum(practices), 0),
  coalesce(sum(located), 0)
FROM person
UNION ALL
SELECT :release_id, 'establishment', count(*), count(*), count(*) FILTER (WHERE located)
FROM place
