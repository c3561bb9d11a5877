-- Squares of 200 m as staged; which commune holds one is found on the map.
INSERT INTO polygon (level, code, name, raw)
SELECT 'carreau', code, code, ST_SetSRID(decode(geom, 'hex')::geometry, srid::int)
FROM staging.filosofi
