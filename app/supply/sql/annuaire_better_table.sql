-- Sites of which a later line of the first annuaire says more.
CREATE TEMP TABLE better_site ON COMMIT DROP AS
SELECT id, key, finess, siret, name, number, repetition, street, street_key, street_core, postcode, town,
       town_key, cedex, commune_code, abroad
FROM supply.site WITH NO DATA
