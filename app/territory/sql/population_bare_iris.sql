-- IRIS with people and no inhabited square: their people are spread over their area.
INSERT INTO piece (iris_id, cell_id, geom, people, imputed)
SELECT t.id, NULL, t.geom, v.value, NULL
FROM iris_value v
JOIN chosen t ON t.id = v.iris_id
WHERE v.age_class = 'all' AND v.sex = 'T' AND v.value > 0
  AND NOT EXISTS (SELECT FROM piece p WHERE p.iris_id = t.id AND p.people > 0)
