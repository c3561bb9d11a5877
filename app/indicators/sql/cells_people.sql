-- Where the people of the published release live: its inhabited squares, or its IRIS where it has no square.
-- ``people`` is the published total (METHODS 3); what the squares' own file counts
-- is brought to it by the reader.
SELECT t.id, p.value AS people, c.people AS counted, c.ages, c.households, c.poor_households,
       coalesce(c.imputed, false) AS imputed
FROM published.territory t
JOIN published.population p ON p.territory_id = t.id AND p.age_class = 'all' AND p.sex = 'T'
LEFT JOIN published.cell c ON c.territory_id = t.id
WHERE p.value > 0
  AND t.level = CASE WHEN EXISTS (SELECT FROM published.territory WHERE level = 'carreau')
                THEN 'carreau' ELSE 'iris' END
ORDER BY t.id
