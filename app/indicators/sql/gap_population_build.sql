-- People of some territories of a release, of the age classes and sexes that its professions are compared with.
SELECT o.territory_id, o.age_class, o.sex, o.value
FROM territory.population o
WHERE o.release_id = :release_id AND o.territory_id = ANY (CAST(:territories AS integer[]))
  AND EXISTS (
    SELECT FROM indicator.release_profession r
    JOIN indicator.profession p ON p.id = r.profession_id
    WHERE r.release_id = o.release_id AND p.population_age = o.age_class AND p.population_sex = o.sex)
