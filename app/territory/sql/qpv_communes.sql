-- Communes that QPV name, without a contour, for places whose commune file is not loaded. Only where the
-- file names one commune a QPV: otherwise which name is whose cannot be told.
INSERT INTO territory.territory (source_file_id, level, code, name, commune_codes, departement_code)
SELECT DISTINCT ON (commune_codes) :source_file_id, 'commune', commune_codes,
       coalesce(commune_names, commune_codes), ARRAY[commune_codes],
       CASE WHEN commune_codes LIKE '97%' THEN left(commune_codes, 3) ELSE left(commune_codes, 2) END
FROM staging.qpv
WHERE commune_codes ~ '^[0-9AB]{5}$'
ORDER BY commune_codes, commune_names
