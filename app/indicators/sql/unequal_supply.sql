-- What there is of each profession in the IRIS of a release, and whom it is compared with: liberal practitioners,
-- establishments, as columns of big-endian numbers. A profession that nobody practises in any IRIS is not there.
SELECT p.id, p.population_age, p.population_sex,
  string_agg(int4send(c.territory_id), '') AS iris, string_agg(float8send(c.weight), '') AS weight
FROM indicator.count c
JOIN territory.territory t ON t.id = c.territory_id AND t.level = 'iris'
JOIN indicator.profession p
  ON p.id = c.profession_id AND c.scope = CASE p.subject WHEN 'person' THEN 'liberal' ELSE p.subject END
WHERE c.release_id = :release_id
GROUP BY p.id
ORDER BY p.id
