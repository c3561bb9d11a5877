-- Where the people of each cell leave from, as for the kept times: the middle of a square, a point in an IRIS.
SELECT t.id, ST_X(at.point) AS lon, ST_Y(at.point) AS lat
FROM published.territory t
CROSS JOIN LATERAL (
  SELECT CASE WHEN t.level = 'carreau' THEN ST_Centroid(t.geom) ELSE ST_PointOnSurface(t.geom) END AS point
) AS at
WHERE t.id = ANY (:ids)
ORDER BY t.id
