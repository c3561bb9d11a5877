-- Establishments that this vintage holds and the store does not begin on its date.
INSERT INTO supply.establishment (finess, site_id, name, category_code, siret, geom, valid)
SELECT i.finess, i.site_id, i.name, i.category_code, i.siret, i.geom, daterange(:vintage, NULL)
FROM incoming_establishment i
WHERE NOT EXISTS (SELECT FROM supply.establishment e WHERE e.finess = i.finess AND upper_inf(e.valid))
