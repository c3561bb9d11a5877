-- Quartiers that the IRIS file itself names (Rennes): the union of their IRIS.
INSERT INTO territory.territory (source_file_id, level, code, name, commune_codes, geom, area_km2)
SELECT :source_file_id, 'quartier', code, name, communes, geom, ST_Area(geom::geography) / 1e6
FROM (
  SELECT s.commune_code || '-' || s.quartier_name AS code, s.quartier_name AS name,
         ARRAY[s.commune_code] AS communes, ST_Multi(ST_Union(t.geom)) AS geom
  FROM territory.territory t
  JOIN staging.iris s ON s.code = t.code
  WHERE t.source_file_id = :source_file_id AND t.level = 'iris' AND s.quartier_name IS NOT NULL
    AND s.commune_code IS NOT NULL
  GROUP BY s.commune_code, s.quartier_name
) united
