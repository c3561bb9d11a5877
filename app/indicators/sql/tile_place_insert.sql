-- Located sites in force on the days of a release, as tiles draw them: each of them (band 0), then, for each of
-- :zooms, one point a cell of a grid that has :cells cells on the side of a tile of that zoom.
INSERT INTO indicator.tile_place (release_id, band, site_id, sites, geom)
WITH place AS MATERIALIZED (
  SELECT pl.site_id, ST_Transform(pl.geom, 3857) AS geom
  FROM supply.placement pl
  WHERE pl.release_id = :release_id AND pl.geom IS NOT NULL AND pl.location_class = ANY(:classes)
    AND cardinality(pl.territories) > 0
    AND (EXISTS (SELECT 1 FROM supply.practised p
                 WHERE p.site_id = pl.site_id AND p.ambulatory AND p.valid @> CAST(:vintage AS date))
      OR EXISTS (SELECT 1 FROM supply.establishment e
                 WHERE e.site_id = pl.site_id AND e.valid @> CAST(:finess_vintage AS date)))
)
SELECT CAST(:release_id AS integer), 0, site_id, 1, geom FROM place
UNION ALL
SELECT :release_id, b.zoom, min(site_id), count(*),
       ST_SetSRID(ST_MakePoint(avg(ST_X(geom)), avg(ST_Y(geom))), 3857)
FROM place, unnest(CAST(:zooms AS integer[])) b (zoom)
GROUP BY b.zoom, floor(ST_X(geom) * 2 ^ b.zoom * :cells / 40075016.685578488),
         floor(ST_Y(geom) * 2 ^ b.zoom * :cells / 40075016.685578488)
