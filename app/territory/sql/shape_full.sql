-- Band 0: the contour as it is, its GeoJSON written once (6 decimals, 10 cm).
INSERT INTO territory.shape (territory_id, band, geom, geojson)
SELECT id, 0, geom, ST_AsGeoJSON(geom, 6, 0)
FROM territory.territory
WHERE source_file_id = :source_file_id AND geom IS NOT NULL
