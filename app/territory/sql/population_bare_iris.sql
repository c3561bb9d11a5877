-- IRIS with people and no inhabited square: their people are spread over their addresses, and over their area
-- where the BAN knows none there. A border drawn a few centimetres aside leaves a sliver of a neighbour's square,
-- which says nothing of where people live: squares must hold at least a thousandth of the IRIS.
INSERT INTO piece (iris_id, cell_id, geom, people, imputed, spread)
WITH bare AS MATERIALIZED (
  SELECT t.id, t.code, t.geom, v.value
  FROM iris_value v
  JOIN chosen t ON t.id = v.iris_id
  LEFT JOIN (SELECT iris_id, sum(people) AS people FROM piece GROUP BY iris_id) held ON held.iris_id = t.id
  WHERE v.age_class = 'all' AND v.sex = 'T' AND v.value > 0
    AND coalesce(held.people, 0) < 0.001 * v.value
),
addressed AS MATERIALIZED (
  SELECT b.id, a.geom, b.value / count(*) OVER (PARTITION BY b.id) AS people
  FROM bare b
  -- The first five characters of an IRIS are its commune, arrondissements included, as in the BAN.
  JOIN supply.address a ON a.commune_code = left(b.code, 5) AND ST_Intersects(b.geom, a.geom)
  JOIN ops.release_input i ON i.source_file_id = a.source_file_id AND i.release_id = :release_id
)
SELECT id, NULL::integer, geom, people, NULL::boolean, 'addresses' FROM addressed
UNION ALL
SELECT id, NULL, geom, value, NULL, 'area'
FROM bare WHERE NOT EXISTS (SELECT FROM addressed WHERE addressed.id = bare.id)
