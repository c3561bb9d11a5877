-- The box of a territory in metres of a projection.
-- Parameters: territory_id, srid.
SELECT ST_XMin(g) AS west, ST_YMin(g) AS south, ST_XMax(g) AS east, ST_YMax(g) AS north
FROM (SELECT ST_Transform(geom, CAST(:srid AS integer)) AS g FROM published.territory WHERE id = :territory_id) t
