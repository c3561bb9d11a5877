-- The IRIS of each commune and EPCI of a release that has enough of them, as arrays in one order: their numbers,
-- their people, those of them who live in a QPV, and their income, which is null where it may not be told.
WITH held AS (
  SELECT h.id AS holder, m.territory_id AS id
  FROM territory.membership m
  JOIN territory.territory t ON t.id = m.territory_id AND t.level = 'iris'
  CROSS JOIN LATERAL unnest(m.parents) AS parent (id)
  JOIN territory.territory h ON h.id = parent.id AND h.level IN ('commune', 'epci')
  WHERE m.release_id = :release_id
),
living AS MATERIALIZED (
  SELECT territory_id, people, priority_people, CASE WHEN NOT hidden THEN income_sum END AS income_sum
  FROM indicator.need WHERE release_id = :release_id
)
SELECT h.holder AS territory_id, array_agg(h.id ORDER BY h.id) AS iris,
  array_agg(n.people ORDER BY h.id) AS people, array_agg(n.priority_people ORDER BY h.id) AS priority_people,
  array_agg(n.income_sum ORDER BY h.id) AS income_sum
FROM held h
LEFT JOIN living n ON n.territory_id = h.id
GROUP BY h.holder
HAVING count(*) >= :fewest
ORDER BY h.holder
