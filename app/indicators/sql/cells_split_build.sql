-- How the people of each square (of each IRIS where the release has no square) are split over the territories
-- of every level: squares are cut along the IRIS, whose total is authoritative, then along quartiers, QPV and
-- perimeters, as app/territory/sql/population_*.sql does for the published populations. People whom an IRIS
-- has outside its squares are in no piece. A total that a territory's own file states, or that addresses give,
-- stands first.
WITH member AS MATERIALIZED (
  SELECT t.id, t.level, t.geom, m.parents
  FROM territory.membership m JOIN territory.territory t ON t.id = m.territory_id
  WHERE m.release_id = :release_id
),
cell_level AS (
  SELECT CASE WHEN EXISTS (SELECT FROM member WHERE level = 'carreau') THEN 'carreau' ELSE 'iris' END AS level
),
cut AS MATERIALIZED (
  SELECT c.id AS cell_id, c.parents AS cell_parents, i.id AS iris_id, i.parents AS iris_parents,
         shared.geom, d.people * d.share * ST_Area(shared.geom) / ST_Area(c.geom) AS people
  FROM member c
  JOIN territory.cell d ON d.territory_id = c.id
  -- By the stored table, whose index finds the IRIS of a square.
  LEFT JOIN LATERAL (
    SELECT t.id, t.geom, m.parents
    FROM territory.territory t
    JOIN territory.membership m ON m.territory_id = t.id AND m.release_id = :release_id
    WHERE t.level = 'iris' AND ST_Intersects(t.geom, c.geom)
  ) AS i ON true
  -- OFFSET keeps the planner from cutting every square twice.
  CROSS JOIN LATERAL (
    SELECT CASE WHEN i.id IS NULL OR ST_CoveredBy(c.geom, i.geom) THEN c.geom
                ELSE ST_Multi(ST_CollectionExtract(ST_Intersection(c.geom, i.geom), 3)) END AS geom
    OFFSET 0
  ) AS shared
  WHERE c.level = 'carreau' AND (SELECT level FROM cell_level) = 'carreau'
  UNION ALL
  SELECT id, parents, id, parents, geom, 1.0
  FROM member
  WHERE level = 'iris' AND geom IS NOT NULL AND (SELECT level FROM cell_level) = 'iris'
),
total AS (
  SELECT territory_id, value, method
  FROM territory.population WHERE release_id = :release_id AND age_class = 'all' AND sex = 'T'
),
whole AS (
  -- An IRIS whose squares hold less than a thousandth of its people has the others over its area.
  SELECT cut.iris_id, v.value,
         sum(cut.people) + CASE WHEN (SELECT level FROM cell_level) = 'carreau'
                                 AND sum(cut.people) < 0.001 * v.value THEN v.value ELSE 0 END AS people
  FROM cut JOIN total v ON v.territory_id = cut.iris_id
  GROUP BY cut.iris_id, v.value
),
piece AS MATERIALIZED (
  SELECT cut.cell_id, cut.iris_id, coalesce(cut.iris_parents, cut.cell_parents) AS parents, cut.geom,
         CASE WHEN cut.iris_id IS NULL THEN cut.people
              ELSE whole.value * cut.people / nullif(whole.people, 0) END AS people
  FROM cut LEFT JOIN whole USING (iris_id)
  WHERE cut.people > 0
),
part AS (
  SELECT (SELECT level FROM cell_level) AS level, cell_id AS territory_id, cell_id, people
  FROM piece
  UNION ALL
  SELECT 'iris', iris_id, cell_id, people
  FROM piece WHERE (SELECT level FROM cell_level) = 'carreau' AND iris_id IS NOT NULL
  UNION ALL
  SELECT t.level, t.id, p.cell_id,
         p.people * CASE WHEN ST_CoveredBy(p.geom, t.geom) THEN 1.0
           ELSE ST_Area(ST_Intersection(p.geom, t.geom)) / nullif(ST_Area(p.geom), 0) END
  FROM piece p
  JOIN member t ON t.level IN ('quartier', 'qpv', 'perimetre') AND ST_Intersects(p.geom, t.geom)
  UNION ALL
  SELECT t.level, t.id, p.cell_id, p.people
  FROM piece p
  CROSS JOIN LATERAL (SELECT DISTINCT unnest(p.parents) AS id) AS above
  JOIN member t ON t.id = above.id AND t.level NOT IN ('carreau', 'iris', 'quartier', 'qpv', 'perimetre')
),
held AS (
  SELECT level, territory_id, cell_id, sum(people) AS people
  FROM part WHERE people > 0 GROUP BY level, territory_id, cell_id
)
SELECT h.level, h.territory_id, h.cell_id,
       h.people * CASE WHEN s.method IN ('stated', 'addresses')
                       THEN s.value / sum(h.people) OVER (PARTITION BY h.territory_id)
                  ELSE 1.0 END AS people
FROM held h
LEFT JOIN total s ON s.territory_id = h.territory_id
ORDER BY h.level, h.territory_id, h.cell_id
