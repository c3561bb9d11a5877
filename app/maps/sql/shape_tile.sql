-- The published release, and one vector tile of the contours of a level in it: code and name, no value.
-- OFFSET 0: each contour is cut once, not once more to tell whether something is left of it.
-- Parameters: z, x, y; level; band (how much generalised).
WITH square AS MATERIALIZED (
  SELECT ST_TileEnvelope(:z, :x, :y) AS bounds, ST_TileEnvelope(:z, :x, :y, margin => 64.0 / 4096) AS reach
)
SELECT r.id, r.vintage, r.fingerprint, (
  SELECT ST_AsMVT(f, :level, 4096, 'geom', 'id')
  FROM (
    SELECT t.territory_id AS id, t.code, t.name, ST_AsMVTGeom(t.geom, s.bounds, 4096, 64, true) AS geom
    FROM square s
    JOIN published.tile_shape t ON t.level = :level AND t.band = CAST(:band AS smallint) AND t.geom && s.reach
    OFFSET 0
  ) f
  WHERE geom IS NOT NULL
) AS mvt
FROM published.release r
