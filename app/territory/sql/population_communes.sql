-- Communes: the sum of their IRIS when the table knows every one of them (an IRIS without square is empty
-- where squares alone speak); otherwise what the commune file states.
INSERT INTO territory.population (release_id, territory_id, age_class, sex, value, imputed_share, method)
WITH whole AS (
  SELECT c.commune_id, count(*) AS iris
  FROM in_commune c JOIN chosen t ON t.id = c.id AND t.level = 'iris'
  GROUP BY c.commune_id
),
summed AS (
  SELECT c.commune_id, v.age_class, v.sex, sum(v.value) AS value
  FROM iris_value v
  JOIN in_commune c ON c.id = v.iris_id
  JOIN whole w ON w.commune_id = c.commune_id
  GROUP BY c.commune_id, v.age_class, v.sex, w.iris
  HAVING count(*) = w.iris OR bool_and(v.method = 'cells')
),
imputed AS (
  SELECT c.commune_id, sum(coalesce(s.imputed_people, 0)) / nullif(sum(s.people), 0) AS imputed_share
  FROM share s JOIN in_commune c ON c.id = s.territory_id
  WHERE s.level = 'iris' AND s.spread = 'cells' GROUP BY c.commune_id
)
SELECT :release_id, s.commune_id, s.age_class, s.sex, s.value, i.imputed_share, 'sum'
FROM summed s LEFT JOIN imputed i USING (commune_id)
UNION ALL
SELECT :release_id, c.id, 'all', 'T', c.stated_population, NULL, 'stated'
FROM chosen c
WHERE c.level = 'commune' AND c.stated_population IS NOT NULL
  AND NOT EXISTS (SELECT FROM summed s WHERE s.commune_id = c.id)
