-- EPCI, départements and regions: the sum of their communes, when every one of them is known.
INSERT INTO territory.population (release_id, territory_id, age_class, sex, value, imputed_share, method)
SELECT :release_id, up.id, p.age_class, p.sex, sum(p.value), NULL, 'sum'
FROM chosen up
JOIN chosen c ON c.level = 'commune' AND CASE up.level
  WHEN 'epci' THEN c.epci_code = up.code
  WHEN 'departement' THEN c.departement_code = up.code
  ELSE c.region_code = up.code END
JOIN territory.population p ON p.release_id = :release_id AND p.territory_id = c.id
WHERE up.level IN ('epci', 'departement', 'region')
GROUP BY up.id, up.commune_codes, p.age_class, p.sex
HAVING count(*) = cardinality(up.commune_codes)
