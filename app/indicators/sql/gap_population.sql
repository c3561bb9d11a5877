-- Published people of some territories, of the age classes and sexes that some professions are compared with.
SELECT p.territory_id, p.age_class, p.sex, p.value
FROM published.population p
WHERE p.territory_id = ANY (:territories) AND p.age_class = ANY (:ages)
