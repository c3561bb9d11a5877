-- What a release counts in the whole store, by profession and over a whole register: people, practices, and
-- practices placed better than by their commune. Ambulatory practices and establishments in force on the
-- release's days; a practice counts once in each of its professions.
INSERT INTO ops.release_measure (release_id, subject, headcount, practices, located)
WITH practice AS MATERIALIZED (
  SELECT practitioner_id, profession_code, skills, pl.location_class = ANY(:located) AS located
  FROM supply.practice p
  LEFT JOIN supply.placement pl ON pl.release_id = :release_id AND pl.site_id = p.site_id
  WHERE p.valid @> CAST(:vintage AS date) AND p.ambulatory
),
member AS (
  SELECT DISTINCT k.profession_code, k.skills, m.profession_id
  FROM (SELECT DISTINCT profession_code, skills FROM practice) k
  JOIN indicator.profession_member m ON m.profession_code = k.profession_code
    AND (m.skill_code IS NULL OR m.skill_code = ANY(k.skills))
),
place AS MATERIALIZED (
  SELECT category_code, pl.location_class = ANY(:located) AS located
  FROM supply.establishment e
  LEFT JOIN supply.placement pl ON pl.release_id = :release_id AND pl.site_id = e.site_id
  WHERE e.valid @> CAST(:finess_vintage AS date)
)
SELECT :release_id, r.slug, count(DISTINCT p.practitioner_id), count(*), count(*) FILTER (WHERE p.located)
FROM practice p
JOIN member m USING (profession_code, skills)
JOIN indicator.profession r ON r.id = m.profession_id
GROUP BY r.slug
UNION ALL
SELECT :release_id, r.slug, count(*), count(*), count(*) FILTER (WHERE p.located)
FROM place p
JOIN indicator.profession_member m USING (category_code)
JOIN indicator.profession r ON r.id = m.profession_id
GROUP BY r.slug
UNION ALL
SELECT :release_id, 'person', count(DISTINCT practitioner_id), count(*), count(*) FILTER (WHERE located)
FROM practice
UNION ALL
SELECT :release_id, 'establishment', count(*), count(*), count(*) FILTER (WHERE located)
FROM place
