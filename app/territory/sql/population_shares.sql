-- Which part of each IRIS's people lives in each quartier, QPV, perimeter and square. ``spread`` is the coarsest
-- thing that it is known from: squares, addresses or an area. Of an IRIS that it meets without anybody of it, a
-- territory has a share of nothing: nobody is known to live there.
CREATE TEMP TABLE share ON COMMIT DROP AS
WITH whole AS (
  SELECT iris_id, sum(people) AS people,
         coalesce(max(spread) FILTER (WHERE spread <> 'cells'), 'cells') AS spread
  FROM piece GROUP BY iris_id
),
part AS (
  SELECT t.id AS territory_id, t.level, p.iris_id, p.cell_id, p.imputed, p.spread,
    p.people * CASE WHEN ST_Covers(t.geom, p.geom) THEN 1.0
      ELSE ST_Area(ST_Intersection(p.geom, t.geom)) / nullif(ST_Area(p.geom), 0) END AS people
  FROM chosen t
  CROSS JOIN LATERAL (
    SELECT * FROM piece WHERE people > 0 AND ST_Intersects(t.geom, geom) OFFSET 0) p
  WHERE t.level IN ('quartier', 'qpv', 'perimetre')
  UNION ALL
  SELECT p.cell_id, 'carreau', p.iris_id, p.cell_id, p.imputed, p.spread, p.people
  FROM piece p WHERE p.cell_id IS NOT NULL AND p.people > 0
  UNION ALL
  SELECT p.iris_id, 'iris', p.iris_id, p.cell_id, p.imputed, p.spread, p.people
  FROM piece p WHERE p.iris_id IS NOT NULL AND p.people > 0
  UNION ALL
  SELECT t.id, t.level, i.id, NULL, NULL, coalesce(whole.spread, 'cells'), 0.0
  FROM chosen t
  JOIN chosen i ON i.level = 'iris' AND ST_Intersects(i.geom, t.geom)
  LEFT JOIN whole ON whole.iris_id = i.id
  WHERE t.level IN ('quartier', 'qpv', 'perimetre')
)
SELECT part.territory_id, part.level, part.iris_id,
  sum(part.people) AS people,
  coalesce(sum(part.people) / nullif(min(whole.people), 0), 0) AS part_of_iris,
  sum(part.people) FILTER (WHERE part.imputed) AS imputed_people,
  coalesce(max(part.spread) FILTER (WHERE part.spread <> 'cells'), 'cells') AS spread
FROM part
LEFT JOIN whole ON whole.iris_id = part.iris_id
GROUP BY part.territory_id, part.level, part.iris_id
