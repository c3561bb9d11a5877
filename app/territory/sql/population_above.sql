-- EPCI, départements and regions: the sum of their communes, when every one of them is known.
INSERT INTO territory.population (release_id, territory_id, age_class, sex, value, imputed_share, method)
WITH held AS MATERIALIZED (
  SELECT up.id, cardinality(up.commune_codes) AS communes, c.id AS commune_id
  FROM chosen c
  CROSS JOIN LATERAL (
    VALUES ('epci', c.epci_code), ('departement', c.departement_code), ('region', c.region_code)
  ) above (level, code)
  JOIN chosen up ON up.level = above.level AND up.code = above.code
  WHERE c.level = 'commune'
),
lived AS MATERIALIZED (
  SELECT territory_id, age_class, sex, value FROM territory.population WHERE release_id = :release_id
)
SELECT :release_id, held.id, p.age_class, p.sex, sum(p.value), NULL, 'sum'
FROM held
JOIN lived p ON p.territory_id = held.commune_id
GROUP BY held.id, held.communes, p.age_class, p.sex
HAVING count(*) = held.communes
