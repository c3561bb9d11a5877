-- Addresses that were never written this way before; several readers may have met the same one.
CREATE TEMP TABLE new_site ON COMMIT DROP AS
SELECT a.line, a.written, a.key, a.finess, a.siret, CAST(NULL AS text) AS name, a.number, a.repetition, a.street,
       a.street_key, a.street_core, a.postcode, a.town, a.town_key, a.cedex, a.commune_code, a.abroad
FROM staging.annuaire_address a
WHERE NOT EXISTS (SELECT FROM supply.written_address w WHERE w.md5 = a.written)
