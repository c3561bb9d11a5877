-- People of an age class and sex in each cell where their number is published.
SELECT t.id, p.value
FROM published.territory t
JOIN published.population p ON p.territory_id = t.id AND p.age_class = :age AND p.sex = :sex
WHERE t.level = CASE WHEN EXISTS (SELECT FROM published.territory WHERE level = 'carreau')
                THEN 'carreau' ELSE 'iris' END
