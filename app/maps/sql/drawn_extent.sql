-- The box of what is published, in the map's projection; nulls where no contour is.
SELECT ST_XMin(box) AS west, ST_YMin(box) AS south, ST_XMax(box) AS east, ST_YMax(box) AS north
FROM (SELECT ST_Extent(geom) AS box FROM published.tile_shape WHERE band = 3) e
