-- Generalised copies: band 1 with 5 decimals (1 m), band 2 with 4.
INSERT INTO territory.shape (territory_id, band, geom, geojson)
SELECT territory_id, band, geom, ST_AsGeoJSON(geom, 6 - band, 0)
FROM (
  SELECT territory_id, band,
         ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_GeomFromWKB(decode(wkb, 'hex'), 4326)), 3)) AS geom
  FROM simplified
  WHERE NOT for_tiles
) s
WHERE NOT ST_IsEmpty(geom)
