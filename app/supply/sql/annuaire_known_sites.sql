-- Sites that another register entered, as the best line of this annuaire writes them; first_names says their names.
INSERT INTO new_site (key, siret, number, repetition, street, street_key, street_core, postcode, town, town_key, cedex,
                      commune_code)
SELECT key, siret, number, repetition, street, street_key, street_core, postcode, town, town_key, cedex,
       commune_code
FROM better_site
WHERE id <= :known
