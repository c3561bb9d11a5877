-- People of each cell of a release by profession: those of the population it serves, everybody where their number
-- is not known by cell; and everybody, under no profession. A cell is a square, an IRIS where the release has no
-- square.
WITH cell AS MATERIALIZED (
  SELECT t.id, t.level
  FROM territory.membership m
  JOIN territory.territory t ON t.id = m.territory_id
  WHERE m.release_id = :release_id AND t.level IN ('carreau', 'iris')
),
living AS MATERIALIZED (
  SELECT p.age_class, p.sex, array_agg(c.id ORDER BY c.id) AS cells, array_agg(p.value ORDER BY c.id) AS people
  FROM cell c
  JOIN territory.population p ON p.release_id = :release_id AND p.territory_id = c.id
  WHERE c.level = CASE WHEN EXISTS (SELECT FROM cell WHERE level = 'carreau') THEN 'carreau' ELSE 'iris' END
  GROUP BY p.age_class, p.sex
)
SELECT r.profession_id, l.cells, l.people
FROM indicator.release_profession r
JOIN indicator.profession p ON p.id = r.profession_id
CROSS JOIN LATERAL (
  SELECT * FROM living v
  WHERE (v.age_class, v.sex) IN ((p.population_age, p.population_sex), ('all', 'T'))
  ORDER BY (v.age_class, v.sex) = ('all', 'T') LIMIT 1
) AS l
WHERE r.release_id = :release_id
UNION ALL
SELECT NULL, cells, people FROM living WHERE (age_class, sex) = ('all', 'T')
