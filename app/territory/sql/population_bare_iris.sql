-- IRIS with people and no inhabited square: their people are spread over their area. A border drawn a few
-- centimetres aside leaves a sliver of a neighbour's square, which says nothing of where people live: squares
-- must hold at least a thousandth of the IRIS.
INSERT INTO piece (iris_id, cell_id, geom, people, imputed)
SELECT t.id, NULL, t.geom, v.value, NULL
FROM iris_value v
JOIN chosen t ON t.id = v.iris_id
LEFT JOIN (SELECT iris_id, sum(people) AS people FROM piece GROUP BY iris_id) held ON held.iris_id = t.id
WHERE v.age_class = 'all' AND v.sex = 'T' AND v.value > 0
  AND coalesce(held.people, 0) < 0.001 * v.value
