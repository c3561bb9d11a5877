-- QPV as staged; one may lie in several communes.
INSERT INTO polygon (level, code, name, commune_codes, raw)
SELECT 'qpv', code, coalesce(name, code), coalesce(string_to_array(commune_codes, ' '), '{}'),
       ST_SetSRID(decode(geom, 'hex')::geometry, srid::int)
FROM staging.qpv
