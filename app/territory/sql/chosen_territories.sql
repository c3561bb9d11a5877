-- Territories of a release. Where two files draw the same one, the register made for it wins; a commune file
-- without contours leaves the drawing to the IRIS and still says what stands above. Quartiers named by an IRIS
-- file stand back where the city brings its own.
CREATE TEMP TABLE chosen ON COMMIT DROP AS
SELECT DISTINCT ON (t.level, t.code) t.id, t.level, t.code, t.commune_codes,
  max(t.departement_code) OVER same AS departement_code,
  max(t.region_code) OVER same AS region_code,
  max(t.epci_code) OVER same AS epci_code,
  max(t.stated_population) OVER same AS stated_population,
  t.geom,
  CASE WHEN t.level = 'carreau' THEN ST_Centroid(t.geom)
       WHEN t.level = 'iris' THEN ST_PointOnSurface(t.geom) END AS point
FROM territory.territory t
JOIN ops.source_file f ON f.id = t.source_file_id
JOIN ops.release_input i ON i.source_file_id = f.id AND i.release_id = :release_id
WHERE NOT (t.level = 'quartier' AND f.register = 'iris' AND EXISTS (
  SELECT FROM ops.release_input i2 JOIN ops.source_file f2 ON f2.id = i2.source_file_id
  WHERE i2.release_id = :release_id AND f2.register = 'quartiers'))
WINDOW same AS (PARTITION BY t.level, t.code)
ORDER BY t.level, t.code, t.geom IS NULL,
         array_position(ARRAY['communes', 'quartiers', 'iris', 'qpv'], f.register)
