-- Where the people of a release live: the middle of each inhabited square, or where there are no squares a
-- point inside each IRIS.
WITH point AS (
  SELECT t.id, t.level, CASE WHEN t.level = 'carreau' THEN ST_Centroid(t.geom) ELSE ST_PointOnSurface(t.geom) END AS at
  FROM territory.membership m
  JOIN territory.territory t ON t.id = m.territory_id
  LEFT JOIN territory.cell c ON c.territory_id = t.id
  WHERE m.release_id = :release_id AND t.geom IS NOT NULL
    AND (t.level = 'iris' OR (t.level = 'carreau' AND c.people > 0))
)
SELECT id, level, ST_X(at) AS lon, ST_Y(at) AS lat
FROM point
WHERE level = CASE WHEN EXISTS (SELECT FROM point WHERE level = 'carreau') THEN 'carreau' ELSE 'iris' END
ORDER BY id
