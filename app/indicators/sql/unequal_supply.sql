-- Each profession of a release, whom it is compared with, and what there is of it in each IRIS: liberal
-- practitioners, establishments, as columns of big-endian numbers.
SELECT p.id, p.population_age, p.population_sex, held.iris, held.weight
FROM indicator.release_profession r
JOIN indicator.profession p ON p.id = r.profession_id
JOIN LATERAL (
  SELECT string_agg(int4send(c.territory_id), '') AS iris, string_agg(float8send(c.weight), '') AS weight
  FROM indicator.count c
  JOIN territory.territory t ON t.id = c.territory_id AND t.level = 'iris'
  WHERE c.release_id = :release_id AND c.profession_id = p.id
    AND c.scope = CASE p.subject WHEN 'person' THEN 'liberal' ELSE p.subject END
) held ON held.iris IS NOT NULL
WHERE r.release_id = :release_id
ORDER BY p.id
