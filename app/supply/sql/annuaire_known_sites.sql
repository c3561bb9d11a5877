-- A site that another register entered keeps what it has and gains what it lacked.
UPDATE supply.site s
SET
  siret = coalesce(s.siret, n.siret),
  commune_code = coalesce(s.commune_code, n.commune_code),
  number = CASE WHEN s.street_key IS NULL THEN n.number ELSE s.number END,
  repetition = CASE WHEN s.street_key IS NULL THEN n.repetition ELSE s.repetition END,
  street = CASE WHEN s.street_key IS NULL THEN n.street ELSE s.street END,
  street_core = CASE WHEN s.street_key IS NULL THEN n.street_core ELSE s.street_core END,
  street_key = coalesce(s.street_key, n.street_key),
  postcode = coalesce(s.postcode, n.postcode),
  town = coalesce(s.town, n.town),
  town_key = coalesce(s.town_key, n.town_key),
  cedex = coalesce(s.cedex, n.cedex)
FROM better_site n
WHERE s.id = n.id AND s.id <= :known
