-- Establishments that this vintage holds and nobody held on its date, until the next vintage that holds
-- their département, if any.
INSERT INTO supply.establishment (finess, site_id, name, category_code, siret, geom, valid)
SELECT i.finess, i.site_id, i.name, i.category_code, i.siret, i.geom, daterange(:vintage, h.following)
FROM incoming_establishment i
JOIN held h ON h.departement = i.departement
WHERE NOT EXISTS (
  SELECT FROM supply.establishment e WHERE e.finess = i.finess AND e.valid @> CAST(:vintage AS date))
