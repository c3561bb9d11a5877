-- The published release, and one vector tile of its located sites: how many stand at each point, nobody's name.
-- OFFSET 0: each point is placed once, not once more to tell whether it is inside.
-- Parameters: z, x, y; layer; band (0 every site, else thinned).
WITH square AS MATERIALIZED (
  SELECT ST_TileEnvelope(:z, :x, :y) AS bounds, ST_TileEnvelope(:z, :x, :y, margin => 64.0 / 4096) AS reach
)
SELECT r.id, r.vintage, r.fingerprint, (
  SELECT ST_AsMVT(f, :layer, 4096, 'geom', 'id')
  FROM (
    SELECT p.site_id AS id, p.sites, ST_AsMVTGeom(p.geom, s.bounds, 4096, 64, true) AS geom
    FROM square s
    JOIN published.tile_place p ON p.band = CAST(:band AS smallint) AND p.geom && s.reach
    OFFSET 0
  ) f
  WHERE geom IS NOT NULL
) AS mvt
FROM published.release r
