-- Where a territory is: its box in degrees.
-- Parameters: territory_id.
SELECT ST_XMin(geom) AS west, ST_YMin(geom) AS south, ST_XMax(geom) AS east, ST_YMax(geom) AS north
FROM published.territory
WHERE id = :territory_id
