-- The base map inside a frame: clipped, simplified to what ink can show, in metres of the frame's projection.
-- Parameters: srid; west, south, east, north (m); kinds; rank (last one drawn); tolerance (m); smallest (m2).
WITH frame AS MATERIALIZED (
  SELECT ST_Transform(
           ST_Segmentize(ST_MakeEnvelope(:west, :south, :east, :north, CAST(:srid AS integer)), (:east - :west) / 8.0),
           3857) AS g
)
SELECT b.kind, b.rank, b.name,
       ST_AsBinary(ST_Simplify(ST_Transform(
         CASE WHEN b.kind = 'place' THEN b.geom ELSE ST_ClipByBox2D(b.geom, Box2D(f.g)) END,
         CAST(:srid AS integer)), CAST(:tolerance AS float8))) AS geom
FROM frame f
JOIN published.basemap b ON b.geom && f.g
WHERE b.kind = ANY(:kinds)
  AND coalesce(b.rank, 0) <= :rank
  AND (ST_Dimension(b.geom) < 2 OR ST_Area(b.geom) >= :smallest)
ORDER BY b.kind, b.rank DESC NULLS FIRST, b.id
