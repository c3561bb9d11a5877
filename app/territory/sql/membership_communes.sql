-- Which communes each territory lies in: as its file says, and for QPV as the map shows too, since some files
-- name one commune only (a square counts by its centre, a polygon where it shares more than 5 % of its area).
CREATE TEMP TABLE in_commune ON COMMIT DROP AS
SELECT t.id, c.id AS commune_id
FROM chosen t
JOIN chosen c ON c.level = 'commune' AND c.code = ANY(t.commune_codes)
WHERE t.level IN ('iris', 'quartier', 'qpv')
UNION
SELECT t.id, c.id
FROM chosen c
CROSS JOIN LATERAL (
  SELECT id FROM chosen WHERE level = 'carreau' AND ST_Intersects(c.geom, point) OFFSET 0) t
WHERE c.level = 'commune'
UNION
SELECT t.id, c.id
FROM chosen t
JOIN chosen c ON c.level = 'commune' AND ST_Intersects(c.geom, t.geom)
WHERE t.level IN ('iris', 'quartier', 'qpv')
  AND (t.level = 'qpv' OR NOT EXISTS (
    SELECT FROM chosen known WHERE known.level = 'commune' AND known.code = ANY(t.commune_codes)))
  AND ST_Area(ST_Intersection(c.geom, t.geom)) > 0.05 * ST_Area(t.geom)
