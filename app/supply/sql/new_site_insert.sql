-- One site a key; a site seen again keeps what it has and gains what it lacked.
INSERT INTO supply.site AS s (key, finess, siret, name, number, repetition, street, street_key, street_core,
                              postcode, town, town_key, cedex, commune_code, abroad)
SELECT DISTINCT ON (key) key, finess, siret, name, number, repetition, street, street_key, street_core,
       postcode, town, town_key, cedex, commune_code, abroad
FROM new_site
ORDER BY key, (street_key IS NULL), (commune_code IS NULL), (siret IS NULL), line
ON CONFLICT (key) DO UPDATE SET
  siret = coalesce(s.siret, excluded.siret),
  name = coalesce(s.name, excluded.name),
  commune_code = coalesce(s.commune_code, excluded.commune_code),
  number = CASE WHEN s.street_key IS NULL THEN excluded.number ELSE s.number END,
  repetition = CASE WHEN s.street_key IS NULL THEN excluded.repetition ELSE s.repetition END,
  street = CASE WHEN s.street_key IS NULL THEN excluded.street ELSE s.street END,
  street_core = CASE WHEN s.street_key IS NULL THEN excluded.street_core ELSE s.street_core END,
  street_key = coalesce(s.street_key, excluded.street_key),
  postcode = coalesce(s.postcode, excluded.postcode),
  town = coalesce(s.town, excluded.town),
  town_key = coalesce(s.town_key, excluded.town_key),
  cedex = coalesce(s.cedex, excluded.cedex)
