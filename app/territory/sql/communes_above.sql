-- EPCI, département, région and France: the union of their communes in this file.
INSERT INTO territory.territory (source_file_id, level, code, name, commune_codes, departement_code,
                                 region_code, stated_population, geom, area_km2)
SELECT :source_file_id, level, code, name, communes, departement_code, region_code, people, geom,
       ST_Area(geom::geography) / 1e6
FROM (
  SELECT up.level, up.code, min(up.name) AS name, array_agg(t.code ORDER BY t.code) AS communes,
         CASE WHEN up.level = 'departement' THEN up.code END AS departement_code,
         CASE WHEN up.level IN ('departement', 'region') THEN min(t.region_code) END AS region_code,
         CASE WHEN bool_and(t.stated_population IS NOT NULL) THEN sum(t.stated_population) END AS people,
         CASE WHEN bool_and(t.geom IS NOT NULL) THEN ST_Multi(ST_Union(t.geom)) END AS geom
  FROM territory.territory t
  JOIN staging.communes s ON s.code = t.code
  CROSS JOIN LATERAL (VALUES
    ('epci', s.epci_code, s.epci_name),
    ('departement', s.departement_code, s.departement_name),
    ('region', s.region_code, s.region_name)
  ) up (level, code, name)
  WHERE t.source_file_id = :source_file_id AND t.level = 'commune' AND up.code IS NOT NULL
  GROUP BY up.level, up.code
) united
WHERE name IS NOT NULL
