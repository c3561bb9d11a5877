-- People where they live: squares cut along the IRIS. ``people`` is the part of the square's people that the
-- piece carries by area; a square that the file itself cut carries only the part it covers (METHODS 3).
-- ``spread`` says what the people of the piece are known from: squares here.
CREATE TEMP TABLE piece ON COMMIT DROP AS
SELECT i.id AS iris_id, c.id AS cell_id,
  CAST(CASE WHEN i.id IS NULL OR ST_CoveredBy(c.geom, i.geom) THEN c.geom
       ELSE ST_Multi(ST_CollectionExtract(ST_Intersection(c.geom, i.geom), 3)) END AS geometry) AS geom,
  d.people * d.share * CASE WHEN i.id IS NULL OR ST_CoveredBy(c.geom, i.geom) THEN 1.0
    ELSE ST_Area(ST_Intersection(c.geom, i.geom)) / ST_Area(c.geom) END AS people,
  d.imputed, 'cells' AS spread
FROM chosen c
JOIN territory.cell d ON d.territory_id = c.id
LEFT JOIN chosen i ON i.level = 'iris' AND ST_Intersects(i.geom, c.geom)
WHERE c.level = 'carreau'
