-- Households of each territory from the commune down, IRIS by IRIS, from the squares cut along the IRIS. What
-- the squares' file counts is brought to the people of the IRIS, whose total is authoritative (METHODS 3), and
-- lies in a quartier, QPV or perimeter as the square's people do. ``base_id`` is the IRIS, the square itself
-- where no IRIS holds it. Reads the temporary tables of app/territory/population.py.
CREATE TEMP TABLE need_part ON COMMIT DROP AS
WITH whole AS (SELECT iris_id, sum(people) AS people FROM piece GROUP BY iris_id),
living AS (
  SELECT p.iris_id, p.cell_id, d.people AS counted, d.households, d.poor_households,
         d.single_parent_households, d.one_person_households, d.income_sum,
         p.people * coalesce(v.value / nullif(w.people, 0), 1.0) AS people
  FROM piece p
  JOIN territory.cell d ON d.territory_id = p.cell_id
  LEFT JOIN whole w ON w.iris_id = p.iris_id
  LEFT JOIN iris_value v ON v.iris_id = p.iris_id AND v.age_class = 'all' AND v.sex = 'T'
  WHERE p.people > 0
),
met AS (
  SELECT t.id AS territory_id, p.iris_id, p.cell_id,
         CASE WHEN ST_Covers(t.geom, p.geom) THEN 1.0
           ELSE ST_Area(ST_Intersection(p.geom, t.geom)) / nullif(ST_Area(p.geom), 0) END AS part
  FROM chosen t
  CROSS JOIN LATERAL (
    SELECT * FROM piece
    WHERE people > 0 AND cell_id IS NOT NULL AND ST_Intersects(t.geom, geom) OFFSET 0) p
  WHERE t.level IN ('quartier', 'qpv', 'perimetre')
),
held AS (
  SELECT met.territory_id, l.iris_id, l.cell_id, l.counted, l.households, l.poor_households,
         l.single_parent_households, l.one_person_households, l.income_sum,
         l.people * met.part AS people
  FROM met
  JOIN living l ON l.cell_id = met.cell_id AND l.iris_id IS NOT DISTINCT FROM met.iris_id
  UNION ALL
  SELECT l.iris_id, l.iris_id, l.cell_id, l.counted, l.households, l.poor_households,
         l.single_parent_households, l.one_person_households, l.income_sum, l.people
  FROM living l WHERE l.iris_id IS NOT NULL
  UNION ALL
  SELECT c.commune_id, l.iris_id, l.cell_id, l.counted, l.households, l.poor_households,
         l.single_parent_households, l.one_person_households, l.income_sum, l.people
  FROM living l JOIN in_commune c ON c.id = coalesce(l.iris_id, l.cell_id)
)
SELECT territory_id, coalesce(iris_id, cell_id) AS base_id, sum(people) AS people,
       sum(people / counted * households) AS households,
       sum(people / counted * poor_households) AS poor_households,
       sum(people / counted * single_parent_households) AS single_parent_households,
       sum(people / counted * one_person_households) AS one_person_households,
       sum(people / counted * income_sum) AS income_sum
FROM held
WHERE people > 0
GROUP BY territory_id, coalesce(iris_id, cell_id)
