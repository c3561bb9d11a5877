-- The published release, and one vector tile of its base map: a layer a kind, simplified and filtered for its zoom.
-- Parameters: z, x, y; kinds; rank (last one drawn); tolerance (m); smallest (m2, areas under it are left out).
WITH square AS MATERIALIZED (
  SELECT ST_TileEnvelope(:z, :x, :y) AS bounds, ST_TileEnvelope(:z, :x, :y, margin => 64.0 / 4096) AS reach
),
feature AS MATERIALIZED (
  SELECT b.kind, b.id, b.name, b.rank,
         ST_AsMVTGeom(
           CASE WHEN b.kind = 'place' THEN b.geom ELSE ST_Simplify(b.geom, :tolerance, true) END,
           s.bounds, 4096, 64, true
         ) AS geom
  FROM square s
  JOIN published.basemap b ON b.geom && s.reach
  WHERE b.kind = ANY(:kinds)
    AND coalesce(b.rank, 0) <= :rank
    AND (ST_Dimension(b.geom) < 2 OR ST_Area(b.geom) >= :smallest)
  ORDER BY b.rank NULLS LAST, b.id
),
layer AS (
  SELECT ST_AsMVT(f, f.kind, 4096, 'geom', 'id') AS mvt
  FROM (SELECT kind, id, name, rank, geom FROM feature WHERE geom IS NOT NULL) f
  GROUP BY f.kind
)
SELECT r.id, r.vintage, r.fingerprint, (SELECT string_agg(mvt, ''::bytea) FROM layer) AS mvt
FROM published.release r
