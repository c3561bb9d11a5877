-- How the households of communes with something small lie across their territories: a row a territory and
-- IRIS (or square without one). Only communes where an IRIS, or what a quartier, QPV or perimeter takes or
-- leaves of one, may hold ten households or fewer: elsewhere nothing can be told about so few. Borders drawn
-- a few metres aside leave slivers, under a hundredth of an IRIS, which are nobody's homes.
WITH base AS (
  SELECT n.base_id, n.territory_id AS commune_id, n.households
  FROM need_part n JOIN chosen c ON c.id = n.territory_id AND c.level = 'commune'
),
crossed AS (
  SELECT n.base_id, n.territory_id, t.level, n.households, b.commune_id, b.households AS whole
  FROM need_part n
  JOIN chosen t ON t.id = n.territory_id AND t.level IN ('quartier', 'qpv', 'perimetre')
  JOIN base b ON b.base_id = n.base_id AND n.households > :sliver * b.households
),
small AS (
  SELECT commune_id FROM base WHERE households > 0 AND households < :fewest
  UNION
  SELECT commune_id FROM crossed WHERE households > 0 AND households < :fewest
  UNION
  SELECT commune_id FROM crossed
  GROUP BY commune_id, level, base_id, whole
  HAVING whole - sum(households) > :sliver * whole AND whole - sum(households) < :fewest
)
SELECT b.commune_id, 'commune' AS level, b.commune_id AS territory_id, b.base_id, b.households
FROM base b WHERE b.commune_id IN (SELECT commune_id FROM small)
UNION ALL
SELECT b.commune_id, 'iris', b.base_id, b.base_id, b.households
FROM base b JOIN chosen t ON t.id = b.base_id AND t.level = 'iris'
WHERE b.commune_id IN (SELECT commune_id FROM small)
UNION ALL
SELECT c.commune_id, c.level, c.territory_id, c.base_id, c.households
FROM crossed c WHERE c.commune_id IN (SELECT commune_id FROM small)
ORDER BY 1, 2, 3, 4
