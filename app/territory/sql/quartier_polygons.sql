-- The city's own quartiers as staged.
INSERT INTO polygon (level, code, name, commune_codes, raw)
SELECT 'quartier', code, coalesce(name, code), array_remove(ARRAY[commune_code], NULL),
       ST_SetSRID(decode(geom, 'hex')::geometry, srid::int)
FROM staging.quartiers
