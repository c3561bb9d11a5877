-- One site a key; another register may enter the same one meanwhile.
INSERT INTO supply.site (key, finess, siret, name, number, repetition, street, street_key, street_core,
                         postcode, town, town_key, cedex, commune_code, abroad)
SELECT DISTINCT ON (n.key) n.key, n.finess, n.siret, n.name, n.number, n.repetition, n.street, n.street_key,
       n.street_core, n.postcode, n.town, n.town_key, n.cedex, n.commune_code, n.abroad
FROM new_site n
WHERE NOT EXISTS (SELECT FROM supply.site s WHERE s.key = n.key)
ORDER BY n.key, (n.street_key IS NULL), (n.commune_code IS NULL), (n.siret IS NULL), n.line
ON CONFLICT DO NOTHING
