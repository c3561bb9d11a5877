-- Households of each territory of a release, from those of its parts; above the commune, of all its communes
-- when every one of them is known. Who lives in a QPV is told IRIS by IRIS: a quartier that takes part of an
-- IRIS takes as much of those who do.
INSERT INTO indicator.need (release_id, territory_id, people, priority_people, households, poor_households,
                            single_parent_households, one_person_households, income_sum)
WITH living AS (
  SELECT n.base_id, max(n.people) FILTER (WHERE t.level IN ('commune', 'iris')) AS people,
         sum(n.people) FILTER (WHERE t.level = 'qpv') AS priority
  FROM need_part n JOIN chosen t ON t.id = n.territory_id
  GROUP BY n.base_id
),
small AS (
  SELECT n.territory_id, sum(n.people) AS people,
         sum(n.people * CASE WHEN t.level = 'qpv' THEN 1.0
             ELSE least(coalesce(l.priority / nullif(l.people, 0), 0.0), 1.0) END) AS priority,
         sum(households) AS households, sum(poor_households) AS poor_households,
         sum(single_parent_households) AS single_parent_households,
         sum(one_person_households) AS one_person_households, sum(income_sum) AS income_sum
  FROM need_part n
  JOIN chosen t ON t.id = n.territory_id
  LEFT JOIN living l ON l.base_id = n.base_id
  GROUP BY n.territory_id
)
SELECT CAST(:release_id AS integer), small.* FROM small
UNION ALL
SELECT CAST(:release_id AS integer), up.id, sum(s.people), sum(s.priority), sum(s.households),
       sum(s.poor_households), sum(s.single_parent_households), sum(s.one_person_households), sum(s.income_sum)
FROM chosen up
JOIN chosen c ON c.level = 'commune' AND CASE up.level
  WHEN 'epci' THEN c.epci_code = up.code
  WHEN 'departement' THEN c.departement_code = up.code
  ELSE c.region_code = up.code END
JOIN small s ON s.territory_id = c.id
WHERE up.level IN ('epci', 'departement', 'region')
GROUP BY up.id, up.commune_codes
HAVING count(*) = cardinality(up.commune_codes)
