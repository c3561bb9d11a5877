-- Population of IRIS, squares, quartiers and QPV by age and sex. The IRIS total is authoritative: squares
-- only say where in the IRIS its people live (METHODS 3). A QPV's own published total stands first.
INSERT INTO territory.population (release_id, territory_id, age_class, sex, value, imputed_share, method)
WITH imputed AS (
  SELECT territory_id, sum(coalesce(imputed_people, 0)) / nullif(sum(people), 0) AS imputed_share
  FROM share WHERE NOT by_area GROUP BY territory_id
),
estimate AS (
  SELECT v.iris_id AS territory_id, v.age_class, v.sex, v.value, v.method
  FROM iris_value v
  UNION ALL
  SELECT s.territory_id, v.age_class, v.sex, sum(v.value * s.part_of_iris),
         CASE WHEN bool_or(s.by_area) THEN 'area' ELSE 'cells' END
  FROM share s
  JOIN iris_value v ON v.iris_id = s.iris_id
  WHERE s.level <> 'iris'
    AND (s.level <> 'carreau' OR (v.age_class, v.sex) IN
         (('all', 'T'), ('all', 'F'), ('0-14', 'T'), ('15-49', 'F')))
  GROUP BY s.territory_id, v.age_class, v.sex
  UNION ALL
  SELECT territory_id, 'all', 'T', sum(people), 'cells'
  FROM share WHERE iris_id IS NULL GROUP BY territory_id
),
stated AS (
  SELECT t.id AS territory_id, p.value
  FROM chosen t
  JOIN territory.stated_population p ON p.level = t.level AND p.code = t.code
  JOIN ops.release_input i ON i.source_file_id = p.source_file_id AND i.release_id = :release_id
  WHERE p.value IS NOT NULL
)
SELECT :release_id, territory_id, 'all', 'T', value, NULL, 'stated' FROM stated
UNION ALL
SELECT :release_id, e.territory_id, e.age_class, e.sex, sum(e.value), min(m.imputed_share), min(e.method)
FROM estimate e
LEFT JOIN imputed m USING (territory_id)
WHERE NOT (e.age_class = 'all' AND e.sex = 'T'
           AND EXISTS (SELECT FROM stated WHERE stated.territory_id = e.territory_id))
GROUP BY e.territory_id, e.age_class, e.sex
