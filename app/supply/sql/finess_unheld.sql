-- Where only the replaced file knew anything, what was in force the day before goes on.
INSERT INTO incoming_establishment (finess, site_id, name, category_code, siret, geom, departement)
SELECT e.finess, e.site_id, e.name, e.category_code, e.siret, e.geom, h.departement
FROM held h
JOIN supply.establishment e ON left(e.finess, 2) = h.departement
WHERE e.valid @> (CAST(:vintage AS date) - 1)
  AND h.departement NOT IN (SELECT departement FROM incoming_establishment)
