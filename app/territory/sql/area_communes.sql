-- Published communes that hold more than 5 % of an area (WKB, EPSG:4326), as for a QPV, and the part of it that
-- each holds.
SELECT t.id, t.code, t.name, ST_Area(ST_Intersection(t.geom, a.geom)) / ST_Area(a.geom) AS share
FROM (SELECT ST_GeomFromWKB(:wkb, 4326) AS geom) a
JOIN published.territory t ON t.level = 'commune' AND ST_Intersects(t.geom, a.geom)
WHERE ST_Area(ST_Intersection(t.geom, a.geom)) > 0.05 * ST_Area(a.geom)
ORDER BY t.code
