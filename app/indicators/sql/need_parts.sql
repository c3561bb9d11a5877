-- Households of each territory from the commune down, IRIS by IRIS, from the squares cut along the IRIS. What
-- the squares' file counts is brought to the people of the IRIS, whose total is authoritative (METHODS 3), and
-- lies in a quartier, QPV or perimeter as the square's people do. ``base_id`` is the IRIS, the square itself
-- where no IRIS holds it.
CREATE TEMP TABLE need_part ON COMMIT DROP AS
WITH held AS (
  SELECT met.territory_id, l.iris_id, l.cell_id, l.counted, l.households, l.poor_households,
         l.single_parent_households, l.one_person_households, l.income_sum,
         l.people * met.part AS people
  FROM need_met met
  JOIN need_living l ON l.cell_id = met.cell_id AND l.iris_id IS NOT DISTINCT FROM met.iris_id
  UNION ALL
  SELECT l.iris_id, l.iris_id, l.cell_id, l.counted, l.households, l.poor_households,
         l.single_parent_households, l.one_person_households, l.income_sum, l.people
  FROM need_living l WHERE l.iris_id IS NOT NULL
  UNION ALL
  SELECT c.commune_id, l.iris_id, l.cell_id, l.counted, l.households, l.poor_households,
         l.single_parent_households, l.one_person_households, l.income_sum, l.people
  FROM need_living l JOIN in_commune c ON c.id = coalesce(l.iris_id, l.cell_id)
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
