-- Outlines of territories of some levels that meet a frame, whole, in metres of its projection.
-- Parameters: srid; west, south, east, north (m); levels; tolerance (m).
WITH frame AS MATERIALIZED (
  SELECT ST_Transform(
           ST_Segmentize(ST_MakeEnvelope(:west, :south, :east, :north, CAST(:srid AS integer)), (:east - :west) / 8.0),
           4326) AS g
)
SELECT t.id, t.level, t.code, t.name,
       ST_AsBinary(ST_SimplifyPreserveTopology(ST_Transform(t.geom, CAST(:srid AS integer)), CAST(:tolerance AS float8)))
         AS geom
FROM frame f
JOIN published.territory t ON t.geom && f.g
WHERE t.level = ANY(:levels) AND ST_Intersects(t.geom, f.g)
ORDER BY t.level, t.code
