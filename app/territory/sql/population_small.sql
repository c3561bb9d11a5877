-- Population of IRIS, squares, quartiers and QPV by age and sex. The IRIS total is authoritative: squares
-- only say where in the IRIS its people live (METHODS 3). A QPV's own published total stands first, and its ages
-- and sexes are brought to it, so that they add up. ``coverage`` is the part of a quartier's or QPV's area that
-- lies in IRIS whose population is known. Borders drawn from different sources overlap by slivers: one does not tell
-- how people were spread (a thousandth of them), nor that anything is known of a territory (a hundredth of its area).
INSERT INTO territory.population (release_id, territory_id, age_class, sex, value, imputed_share, method,
                                  coverage)
WITH imputed AS (
  SELECT territory_id, sum(coalesce(imputed_people, 0)) / nullif(sum(people), 0) AS imputed_share
  FROM share WHERE spread = 'cells' GROUP BY territory_id
),
covered AS (
  SELECT t.id AS territory_id,
    least(1.0, sum(ST_Area(ST_Intersection(i.geom, t.geom))) / ST_Area(t.geom)) AS coverage
  FROM chosen t
  JOIN chosen i ON i.level = 'iris' AND ST_Intersects(i.geom, t.geom)
  JOIN iris_value v ON v.iris_id = i.id AND v.age_class = 'all' AND v.sex = 'T'
  WHERE t.level IN ('quartier', 'qpv', 'perimetre')
  GROUP BY t.id, t.geom
),
spreading AS (
  SELECT territory_id,
    coalesce(max(spread) FILTER (WHERE spread <> 'cells' AND people >= 0.001 * total), 'cells') AS method
  FROM (
    SELECT s.territory_id, s.spread, sum(s.part_of_iris * v.value) AS people,
           sum(sum(s.part_of_iris * v.value)) OVER (PARTITION BY s.territory_id) AS total
    FROM share s
    JOIN iris_value v ON v.iris_id = s.iris_id AND v.age_class = 'all' AND v.sex = 'T'
    GROUP BY s.territory_id, s.spread
  ) held
  GROUP BY territory_id
),
estimate AS (
  SELECT v.iris_id AS territory_id, v.age_class, v.sex, v.value, v.method
  FROM iris_value v
  UNION ALL
  SELECT s.territory_id, v.age_class, v.sex, sum(v.value * s.part_of_iris), min(how.method)
  FROM share s
  JOIN iris_value v ON v.iris_id = s.iris_id
  JOIN spreading how ON how.territory_id = s.territory_id
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
),
brought AS (
  SELECT stated.territory_id, stated.value / nullif(sum(e.value), 0) AS factor
  FROM stated
  JOIN estimate e ON e.territory_id = stated.territory_id AND e.age_class = 'all' AND e.sex = 'T'
  GROUP BY stated.territory_id, stated.value
)
SELECT :release_id, territory_id, 'all', 'T', value, NULL, 'stated', NULL FROM stated
UNION ALL
SELECT :release_id, e.territory_id, e.age_class, e.sex, sum(e.value) * coalesce(min(b.factor), 1),
       min(m.imputed_share), min(e.method), min(c.coverage)
FROM estimate e
LEFT JOIN imputed m USING (territory_id)
LEFT JOIN covered c USING (territory_id)
LEFT JOIN brought b USING (territory_id)
WHERE coalesce(c.coverage, 1) >= 0.01
  AND NOT (e.age_class = 'all' AND e.sex = 'T'
           AND EXISTS (SELECT FROM stated WHERE stated.territory_id = e.territory_id))
GROUP BY e.territory_id, e.age_class, e.sex
