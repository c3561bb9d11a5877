-- The 200 m squares of the published release: their middle, their people brought to the total of their IRIS,
-- and the people of each age as the squares' own file counts them.
SELECT ST_X(at.middle) AS lon, ST_Y(at.middle) AS lat, p.value AS people, c.ages
FROM published.territory t
JOIN published.population p ON p.territory_id = t.id AND p.age_class = 'all' AND p.sex = 'T'
JOIN published.cell c ON c.territory_id = t.id
CROSS JOIN LATERAL (SELECT ST_Centroid(t.geom) AS middle) AS at
WHERE t.level = 'carreau' AND p.value > 0
ORDER BY t.id
