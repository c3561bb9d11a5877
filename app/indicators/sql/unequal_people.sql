-- People of each IRIS of a release, by the ages and sexes that its professions are compared with: columns of
-- big-endian numbers, so that half a million values cross at once.
SELECT p.population_age, p.population_sex,
  string_agg(int4send(o.territory_id), '') AS iris, string_agg(float8send(o.value), '') AS people
FROM (
  SELECT DISTINCT population_age, population_sex
  FROM indicator.release_profession JOIN indicator.profession ON id = profession_id
  WHERE release_id = :release_id
) p
JOIN territory.population o
  ON o.release_id = :release_id AND o.age_class = p.population_age AND o.sex = p.population_sex
JOIN territory.territory t ON t.id = o.territory_id AND t.level = 'iris'
GROUP BY p.population_age, p.population_sex
