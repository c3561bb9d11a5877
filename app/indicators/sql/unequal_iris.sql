-- The IRIS of each commune and EPCI of a release that has enough of them, by profession: people of the
-- population it is compared with, null where unknown, and weight, in the order of the IRIS.
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
)
SELECT holder AS territory_id,
  jsonb_object_agg(profession_id, jsonb_build_object('people', people, 'weight', weight)) AS told
FROM counted
GROUP BY holder
ORDER BY holder
