-- Polygons repaired where they cross themselves, brought to 4326, one territory a code.
INSERT INTO territory.territory (source_file_id, level, code, name, kind, commune_codes, departement_code,
                                 region_code, epci_code, stated_population, geom, area_km2, repaired)
SELECT :source_file_id, level, code, name, kind, commune_codes, departement_code, region_code, epci_code,
       stated_population, geom, ST_Area(geom::geography) / 1e6, repaired
FROM (
  SELECT p.level, p.code, min(p.name) AS name, min(p.kind) AS kind, min(p.commune_codes) AS commune_codes,
         min(p.departement_code) AS departement_code, min(p.region_code) AS region_code,
         min(p.epci_code) AS epci_code, sum(p.stated_population) AS stated_population,
         bool_or(NOT ST_IsValid(p.raw)) IS TRUE AS repaired,
         ST_Multi(ST_CollectionExtract(
           CASE WHEN count(*) > 1 THEN ST_UnaryUnion(ST_Collect(whole.geom)) ELSE (array_agg(whole.geom))[1] END,
           3))::geometry(MultiPolygon, 4326) AS geom
  FROM polygon p
  CROSS JOIN LATERAL (SELECT ST_MakeValid(ST_Transform(ST_Force2D(p.raw), 4326)) AS geom) whole
  GROUP BY p.level, p.code
) mended
WHERE geom IS NULL OR NOT ST_IsEmpty(geom)
