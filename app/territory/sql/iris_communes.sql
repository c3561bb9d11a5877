-- Communes drawn from their IRIS, for places whose commune file is not loaded.
INSERT INTO territory.territory (source_file_id, level, code, name, commune_codes, departement_code, geom,
                                 area_km2)
SELECT :source_file_id, 'commune', code, name, ARRAY[code],
       CASE WHEN code LIKE '97%' THEN left(code, 3) ELSE left(code, 2) END, geom,
       ST_Area(geom::geography) / 1e6
FROM (
  SELECT s.commune_code AS code, min(coalesce(s.commune_name, s.commune_code)) AS name,
         ST_Multi(ST_Union(t.geom)) AS geom
  FROM territory.territory t
  JOIN staging.iris s ON s.code = t.code
  WHERE t.source_file_id = :source_file_id AND t.level = 'iris' AND s.commune_code IS NOT NULL
  GROUP BY s.commune_code
) united
