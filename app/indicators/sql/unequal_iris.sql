-- The IRIS of each commune and EPCI of a release that has enough of them, by profession: people of the
-- population it is compared with, null where unknown, and weight, in the order of the IRIS; with the people of
-- each, those of them who live in a QPV, and their income, which is null where it may not be told.
WITH iris AS MATERIALIZED (
  SELECT m.territory_id AS id, m.parents
  FROM territory.membership m
  JOIN territory.territory t ON t.id = m.territory_id
  WHERE m.release_id = :release_id AND t.level = 'iris'
),
held AS (
  SELECT h.id AS holder, i.id
  FROM iris i
  CROSS JOIN LATERAL unnest(i.parents) AS parent (id)
  JOIN territory.territory h ON h.id = parent.id AND h.level IN ('commune', 'epci')
),
holder AS (SELECT holder FROM held GROUP BY holder HAVING count(*) >= :fewest),
counted AS (
  SELECT h.holder, p.id AS profession_id,
    array_agg(people.value ORDER BY h.id) AS people,
    array_agg(coalesce(c.weight, 0) ORDER BY h.id) AS weight
  FROM held h
  JOIN holder USING (holder)
  JOIN indicator.release_profession r ON r.release_id = :release_id
  JOIN indicator.profession p ON p.id = r.profession_id
  LEFT JOIN territory.population people ON people.release_id = :release_id AND people.territory_id = h.id
    AND people.age_class = p.population_age AND people.sex = p.population_sex
  LEFT JOIN indicator.count c ON c.release_id = :release_id AND c.territory_id = h.id
    AND c.profession_id = p.id AND c.scope = CASE p.subject WHEN 'person' THEN 'liberal' ELSE p.subject END
  GROUP BY h.holder, p.id
),
living AS (
  SELECT h.holder, array_agg(n.people ORDER BY h.id) AS people,
    array_agg(n.priority_people ORDER BY h.id) AS priority_people,
    array_agg(CASE WHEN NOT n.hidden THEN n.income_sum END ORDER BY h.id) AS income_sum
  FROM held h
  JOIN holder USING (holder)
  LEFT JOIN indicator.need n ON n.release_id = :release_id AND n.territory_id = h.id
  GROUP BY h.holder
)
SELECT l.holder AS territory_id, l.people, l.priority_people, l.income_sum,
  jsonb_object_agg(c.profession_id, jsonb_build_object('people', c.people, 'weight', c.weight)) AS told
FROM living l
JOIN counted c USING (holder)
GROUP BY l.holder, l.people, l.priority_people, l.income_sum
ORDER BY l.holder
