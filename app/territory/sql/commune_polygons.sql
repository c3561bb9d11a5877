-- Communes as staged; the contour may be missing.
INSERT INTO polygon (level, code, name, commune_codes, departement_code, region_code, epci_code,
                     stated_population, raw)
SELECT 'commune', code, name, ARRAY[code], departement_code, region_code, epci_code, population::float,
       CASE WHEN geom IS NOT NULL THEN ST_SetSRID(decode(geom, 'hex')::geometry, srid::int) END
FROM staging.communes
