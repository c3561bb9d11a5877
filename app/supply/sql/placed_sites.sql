-- Where each site is and how well that is known. Coordinates of FINESS stand first, unless they lie more
-- than 5 km from the commune written beside them. A town is not a place: no point then (METHODS 2).
CREATE TEMP TABLE placed ON COMMIT DROP AS
SELECT w.site_id, w.commune_code, w.postcode,
  coalesce(e.geom, m.geom) AS geom,
  CASE WHEN e.geom IS NOT NULL THEN 'finess'
       WHEN m.geom IS NOT NULL THEN m.location_class
       WHEN w.commune_code IS NOT NULL THEN 'municipality' ELSE 'none' END AS location_class,
  CASE WHEN e.geom IS NOT NULL THEN 'finess'
       WHEN m.geom IS NOT NULL THEN m.method
       WHEN w.commune_code IS NOT NULL THEN 'commune' ELSE 'none' END AS method,
  CASE WHEN e.geom IS NOT NULL THEN 1.0::real ELSE m.score END AS score
FROM wanted w
LEFT JOIN matched m ON m.site_id = w.site_id
LEFT JOIN chosen c ON c.level = 'commune' AND c.code = w.commune_code
LEFT JOIN supply.establishment e ON e.finess = w.finess AND e.valid @> CAST(:finess_vintage AS date)
  AND (c.geom IS NULL OR ST_DWithin(e.geom::geography, c.geom::geography, 5000))
