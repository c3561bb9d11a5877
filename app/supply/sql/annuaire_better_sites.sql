-- A site of this annuaire is what the best of its lines says.
UPDATE supply.site s
SET (finess, siret, number, repetition, street, street_key, street_core, postcode, town, town_key, cedex,
     commune_code, abroad)
  = (b.finess, b.siret, b.number, b.repetition, b.street, b.street_key, b.street_core, b.postcode, b.town,
     b.town_key, b.cedex, b.commune_code, b.abroad)
FROM better_site b
WHERE s.id = b.id AND s.id > :known
