-- What the next vintage still holds begins again on its date.
INSERT INTO supply.establishment (finess, site_id, name, category_code, siret, geom, valid)
SELECT e.finess, e.site_id, e.name, e.category_code, e.siret, e.geom, daterange(n.following, n.until)
FROM ending_establishment n
JOIN supply.establishment e ON e.id = n.id
WHERE n.following < coalesce(n.until, 'infinity')
