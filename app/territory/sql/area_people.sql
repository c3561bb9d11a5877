-- People who live in an area (WKB, EPSG:4326), by age and sex, as app/territory/sql/population_*.sql finds those
-- of a quartier: the IRIS that it meets, each with the part of its people that the area holds. Squares say where
-- people live; addresses where no square is inhabited; the area itself where the BAN knows no address. Squares
-- outside every IRIS have their own people. ``coverage`` is the part of the area in IRIS of a known population,
-- null where no IRIS is published.
WITH area AS (SELECT ST_GeomFromWKB(:wkb, 4326) AS geom),
iris AS MATERIALIZED (
  SELECT t.id, t.code, t.geom, v.value,
         ST_Area(ST_Intersection(t.geom, a.geom)) / ST_Area(a.geom) AS covered
  FROM area a
  JOIN published.territory t ON t.level = 'iris' AND ST_Intersects(t.geom, a.geom)
  JOIN published.population v ON v.territory_id = t.id AND v.age_class = 'all' AND v.sex = 'T'
),
square AS MATERIALIZED (
  SELECT i.id AS iris_id, shared.geom, c.imputed,
         c.people * c.share * ST_Area(shared.geom) / ST_Area(t.geom) AS people
  FROM iris i
  JOIN published.territory t ON t.level = 'carreau' AND ST_Intersects(t.geom, i.geom)
  JOIN published.cell c ON c.territory_id = t.id
  -- OFFSET keeps the planner from cutting every square twice.
  CROSS JOIN LATERAL (
    SELECT CASE WHEN ST_CoveredBy(t.geom, i.geom) THEN t.geom
                ELSE ST_Multi(ST_CollectionExtract(ST_Intersection(t.geom, i.geom), 3)) END AS geom
    OFFSET 0
  ) shared
),
bare AS MATERIALIZED (
  SELECT i.id, i.code, i.geom, i.value
  FROM iris i
  LEFT JOIN (SELECT iris_id, sum(people) AS people FROM square GROUP BY iris_id) held ON held.iris_id = i.id
  WHERE i.value > 0 AND coalesce(held.people, 0) < 0.001 * i.value
),
addressed AS MATERIALIZED (
  SELECT b.id, d.geom, b.value / count(*) OVER (PARTITION BY b.id) AS people
  FROM bare b
  JOIN published.address d ON d.commune_code = left(b.code, 5) AND ST_Intersects(b.geom, d.geom)
),
piece AS (
  SELECT iris_id, geom, people, imputed, 'cells' AS spread FROM square
  UNION ALL
  SELECT id, geom, people, NULL, 'addresses' FROM addressed
  UNION ALL
  SELECT id, geom, value, NULL, 'area'
  FROM bare WHERE NOT EXISTS (SELECT FROM addressed WHERE addressed.id = bare.id)
  UNION ALL
  SELECT NULL, t.geom, c.people * c.share, c.imputed, 'cells'
  FROM area a
  JOIN published.territory t ON t.level = 'carreau' AND ST_Intersects(t.geom, a.geom)
  JOIN published.cell c ON c.territory_id = t.id
  WHERE NOT EXISTS (
    SELECT FROM published.territory i WHERE i.level = 'iris' AND ST_Intersects(i.geom, t.geom))
),
held AS (
  SELECT p.iris_id, p.spread, p.imputed, p.people,
         p.people * CASE WHEN NOT ST_Intersects(p.geom, a.geom) THEN 0.0
                         WHEN ST_CoveredBy(p.geom, a.geom) THEN 1.0
                         ELSE ST_Area(ST_Intersection(p.geom, a.geom)) / nullif(ST_Area(p.geom), 0) END AS inside
  FROM piece p CROSS JOIN area a
  WHERE p.people > 0
),
share AS (
  SELECT iris_id, sum(inside) / nullif(sum(people), 0) AS part, sum(inside) AS inside,
         coalesce(max(spread) FILTER (WHERE spread <> 'cells'), 'cells') AS spread,
         coalesce(sum(inside) FILTER (WHERE imputed), 0) AS imputed
  FROM held GROUP BY iris_id
),
people AS (
  SELECT v.age_class, v.sex, sum(v.value * s.part) AS value
  FROM share s
  JOIN published.population v ON v.territory_id = s.iris_id
  GROUP BY v.age_class, v.sex
  UNION ALL
  SELECT 'all', 'T', inside FROM share WHERE iris_id IS NULL
),
spreading AS (
  SELECT spread, sum(s.part * i.value) AS people, sum(sum(s.part * i.value)) OVER () AS total
  FROM share s JOIN iris i ON i.id = s.iris_id
  GROUP BY spread
),
known AS (
  SELECT least(1.0, sum(covered)) AS coverage,
    (SELECT coalesce(max(spread) FILTER (WHERE spread <> 'cells' AND people >= 0.001 * total), 'cells')
     FROM spreading) AS method,
    (SELECT sum(imputed) / nullif(sum(inside), 0) FROM share WHERE spread = 'cells') AS imputed_share
  FROM iris
)
SELECT p.age_class, p.sex, sum(p.value) AS value, k.method, k.imputed_share, k.coverage
FROM people p CROSS JOIN known k
WHERE coalesce(k.coverage, 1) >= 0.01
GROUP BY p.age_class, p.sex, k.method, k.imputed_share, k.coverage
ORDER BY p.age_class, p.sex
