-- What is known around some communes: their neighbours within some metres, whether each has people and places
-- of practice of any kind, and which part of those surroundings lies in no published commune.
WITH core AS (
  SELECT ST_Union(geom) AS geom FROM published.shape WHERE band = 2 AND territory_id = ANY (:communes)
),
around AS (
  SELECT ST_Difference(CAST(ST_Buffer(CAST(geom AS geography), :metres) AS geometry), geom) AS geom FROM core
),
near AS (
  SELECT c.id, c.name, ST_Intersection(s.geom, a.geom) AS part, ST_Area(a.geom) AS whole
  FROM around a
  JOIN published.shape s ON s.band = 2 AND ST_Intersects(s.geom, a.geom)
  JOIN published.territory c ON c.id = s.territory_id AND c.level = 'commune'
  WHERE NOT c.id = ANY (:communes)
)
SELECT n.name, ST_Area(n.part) / n.whole AS share,
       EXISTS (SELECT FROM published.territory t
               JOIN published.population p
                 ON p.territory_id = t.id AND p.age_class = 'all' AND p.sex = 'T' AND p.value > 0
               WHERE t.parents @> ARRAY[n.id]
                 AND t.level = CASE WHEN EXISTS (SELECT FROM published.territory WHERE level = 'carreau')
                               THEN 'carreau' ELSE 'iris' END) AS people,
       EXISTS (SELECT FROM published.placement p WHERE p.commune_id = n.id) AS places
FROM near n
ORDER BY n.name, n.id
