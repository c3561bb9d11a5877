-- The frame of the published communes, in degrees; NULL without any.
SELECT ST_XMin(e) AS west, ST_YMin(e) AS south, ST_XMax(e) AS east, ST_YMax(e) AS north
FROM (SELECT ST_Extent(geom) AS e FROM published.territory WHERE level = 'commune') AS framed
