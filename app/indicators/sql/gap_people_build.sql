-- People of some QPV by commune, age class and sex, as gap_people.sql tells them of a published release. Reads the
-- temporary tables of app/territory/population.py. A square that no IRIS holds says how many people, not their age.
SELECT s.territory_id AS qpv_id, c.commune_id, v.age_class, v.sex, sum(v.value * s.part_of_iris) AS people
FROM share s
JOIN iris_value v ON v.iris_id = s.iris_id
JOIN in_commune c ON c.id = s.iris_id
WHERE s.territory_id = ANY (CAST(:qpv AS integer[]))
GROUP BY s.territory_id, c.commune_id, v.age_class, v.sex
UNION ALL
SELECT q.id, c.commune_id, 'all', 'T',
       sum(p.people * ST_Area(ST_Intersection(p.geom, q.geom)) / nullif(ST_Area(p.geom), 0))
FROM chosen q
JOIN piece p ON p.iris_id IS NULL AND ST_Intersects(p.geom, q.geom)
JOIN in_commune c ON c.id = p.cell_id
WHERE q.id = ANY (CAST(:qpv AS integer[]))
GROUP BY q.id, c.commune_id
