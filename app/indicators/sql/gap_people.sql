-- People of some QPV (:metres 0), or of the belt so wide around each, by commune, age class and sex: the squares
-- cut along the IRIS, whose totals are authoritative (METHODS 3). An IRIS whose squares hold under a thousandth
-- of its people has them over its area; a square that no IRIS holds says how many people, not their age.
WITH area AS (
  SELECT q.id AS qpv_id,
         CASE WHEN :metres = 0 THEN q.geom
         ELSE ST_Difference(
           CAST(ST_Buffer(CAST(q.geom AS geography), :metres, 'quad_segs=16') AS geometry), q.geom)
         END AS geom
  FROM published.territory q WHERE q.id = ANY (:qpv)
),
touched AS MATERIALIZED (
  SELECT i.id, i.parents, i.geom
  FROM published.territory i
  WHERE i.level = 'iris' AND EXISTS (SELECT FROM area a WHERE ST_Intersects(i.geom, a.geom))
),
square AS (
  SELECT c.id, c.parents, c.geom, d.people * d.share AS people
  FROM published.territory c JOIN published.cell d ON d.territory_id = c.id
  WHERE c.level = 'carreau' AND d.people > 0
),
cut AS (
  SELECT i.id AS iris_id, i.parents, shared.geom,
         s.people * ST_Area(shared.geom) / ST_Area(s.geom) AS people
  FROM touched i
  JOIN square s ON ST_Intersects(s.geom, i.geom)
  -- OFFSET keeps the planner from cutting every square twice.
  CROSS JOIN LATERAL (
    SELECT CASE WHEN ST_CoveredBy(s.geom, i.geom) THEN s.geom
                ELSE ST_Multi(ST_CollectionExtract(ST_Intersection(s.geom, i.geom), 3)) END AS geom
    OFFSET 0
  ) AS shared
),
total AS (
  SELECT t.id AS iris_id, t.parents, t.geom, p.value,
         coalesce((SELECT sum(cut.people) FROM cut WHERE cut.iris_id = t.id), 0) AS held
  FROM touched t
  JOIN published.population p ON p.territory_id = t.id AND p.age_class = 'all' AND p.sex = 'T'
),
piece AS (
  SELECT cut.iris_id, cut.parents, cut.geom, cut.people / t.held AS part
  FROM cut JOIN total t USING (iris_id)
  WHERE cut.people > 0 AND t.held >= 0.001 * t.value
  UNION ALL
  SELECT iris_id, parents, geom, 1.0 FROM total WHERE held < 0.001 * value
),
share AS (
  SELECT a.qpv_id, p.iris_id, p.parents,
         sum(p.part * CASE WHEN ST_CoveredBy(p.geom, a.geom) THEN 1.0
           ELSE ST_Area(ST_Intersection(p.geom, a.geom)) / nullif(ST_Area(p.geom), 0) END) AS part
  FROM area a JOIN piece p ON ST_Intersects(p.geom, a.geom)
  GROUP BY a.qpv_id, p.iris_id, p.parents
),
lone AS (
  SELECT a.qpv_id, s.parents,
         s.people * ST_Area(ST_Intersection(s.geom, a.geom)) / ST_Area(s.geom) AS people
  FROM area a JOIN square s ON ST_Intersects(s.geom, a.geom)
  WHERE NOT EXISTS (SELECT FROM published.territory i WHERE i.level = 'iris' AND ST_Intersects(i.geom, s.geom))
),
living AS (
  SELECT s.qpv_id, s.parents, v.age_class, v.sex, v.value * s.part AS people
  FROM share s JOIN published.population v ON v.territory_id = s.iris_id
  UNION ALL
  SELECT qpv_id, parents, 'all', 'T', people FROM lone
)
SELECT l.qpv_id, c.id AS commune_id, l.age_class, l.sex, sum(l.people) AS people
FROM living l
LEFT JOIN published.territory c ON c.level = 'commune' AND c.id = ANY (l.parents)
GROUP BY l.qpv_id, c.id, l.age_class, l.sex
ORDER BY l.qpv_id, c.id
