-- People where they live: squares cut along the IRIS. ``people`` is the part of the square's people that the
-- piece carries by area; a square that the file itself cut carries only the part it covers (METHODS 3).
-- ``spread`` says what the people of the piece are known from: squares here.
CREATE TEMP TABLE piece ON COMMIT DROP AS
WITH met AS MATERIALIZED (
  -- IRIS outside, so that each is prepared once for all of its squares.
  SELECT i.id AS iris_id, c.id AS cell_id, c.inside
  FROM chosen i
  CROSS JOIN LATERAL (
    SELECT id, ST_Covers(i.geom, geom) AS inside FROM chosen
    WHERE level = 'carreau' AND ST_Intersects(i.geom, geom)
    OFFSET 0) c
  WHERE i.level = 'iris'
),
cut AS (
  SELECT met.iris_id, c.id, c.geom AS whole,
    CASE WHEN met.inside THEN c.geom
         ELSE ST_Multi(ST_CollectionExtract(ST_Intersection(c.geom, i.geom), 3)) END AS geom
  FROM met
  JOIN chosen c ON c.id = met.cell_id
  JOIN chosen i ON i.id = met.iris_id
  UNION ALL
  SELECT NULL, c.id, c.geom, c.geom
  FROM chosen c
  WHERE c.level = 'carreau' AND NOT EXISTS (SELECT FROM met WHERE met.cell_id = c.id)
  OFFSET 0
)
SELECT cut.iris_id, cut.id AS cell_id, CAST(cut.geom AS geometry) AS geom,
  d.people * d.share * CASE WHEN cut.geom = cut.whole THEN 1.0
    ELSE ST_Area(cut.geom) / ST_Area(cut.whole) END AS people,
  d.imputed, 'cells' AS spread
FROM cut
JOIN territory.cell d ON d.territory_id = cut.id
