-- IRIS as staged.
INSERT INTO polygon (level, code, name, kind, commune_codes, raw)
SELECT 'iris', code, coalesce(name, code), type, array_remove(ARRAY[commune_code], NULL),
       ST_SetSRID(decode(geom, 'hex')::geometry, srid::int)
FROM staging.iris
