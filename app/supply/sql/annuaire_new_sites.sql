-- Addresses that were never written this way before; readers may have met the same one. Without a name: whose
-- practice it is follows from the practices.
CREATE TEMP VIEW new_site AS
SELECT a.line, a.written, a.key, a.finess, a.siret, a.name, a.number, a.repetition, a.street, a.street_key,
       a.street_core, a.postcode, a.town, a.town_key, a.cedex, a.commune_code, a.abroad
FROM staging.annuaire_address a
WHERE NOT EXISTS (SELECT FROM supply.written_address w WHERE w.md5 = a.written)
