-- Where the sites of a release lie, those placed well enough to be travelled to (METHODS 2).
SELECT site_id, ST_X(geom) AS lon, ST_Y(geom) AS lat
FROM supply.placement
WHERE release_id = :release_id AND location_class IN ('finess', 'housenumber', 'street') AND geom IS NOT NULL
ORDER BY site_id
