-- Lines and areas of OpenStreetMap, ready for tiles.
INSERT INTO territory.basemap (source_file_id, kind, name, rank, geom)
SELECT :source_file_id, kind, name, rank::smallint,
       ST_Transform(ST_SetSRID(decode(geom, 'hex')::geometry, srid::int), 3857)
FROM staging.osm
