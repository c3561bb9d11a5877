-- Territories of a release. Where two files draw the same one, the register made for it wins; quartiers
-- named by an IRIS file stand back where the city brings its own.
CREATE TEMP TABLE chosen ON COMMIT DROP AS
SELECT DISTINCT ON (t.level, t.code) t.id, t.level, t.code, t.commune_codes, t.departement_code,
  t.region_code, t.epci_code, t.geom,
  CASE WHEN t.level = 'carreau' THEN ST_Centroid(t.geom)
       WHEN t.level = 'iris' THEN ST_PointOnSurface(t.geom) END AS point
FROM territory.territory t
JOIN ops.source_file f ON f.id = t.source_file_id
JOIN ops.release_input i ON i.source_file_id = f.id AND i.release_id = :release_id
WHERE NOT (t.level = 'quartier' AND f.register = 'iris' AND EXISTS (
  SELECT FROM ops.release_input i2 JOIN ops.source_file f2 ON f2.id = i2.source_file_id
  WHERE i2.release_id = :release_id AND f2.register = 'quartiers'))
ORDER BY t.level, t.code, array_position(ARRAY['communes', 'quartiers', 'iris', 'qpv'], f.register)
