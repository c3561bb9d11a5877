-- Establishments of this vintage with their point, brought to longitude and latitude from the legal
-- projection of the place.
CREATE TEMP TABLE incoming_establishment ON COMMIT DROP AS
SELECT DISTINCT ON (f.finess) f.finess, s.id AS site_id, f.name, f.category_code, f.siret,
  CASE WHEN f.x IS NOT NULL AND f.y IS NOT NULL AND f.srid IS NOT NULL
       THEN ST_SnapToGrid(ST_Transform(ST_SetSRID(ST_MakePoint(f.x::float, f.y::float), f.srid::int), 4326),
                          1e-7) END AS geom,
  left(f.finess, 2) AS departement
FROM staging.finess f
JOIN supply.site s ON s.key = 'F|' || f.finess
WHERE coalesce(f.closed, 'f') <> 't'
ORDER BY f.finess, f.category_code
