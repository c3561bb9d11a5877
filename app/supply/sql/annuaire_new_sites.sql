-- Addresses that were never written this way before; several readers may have met the same one. The newest
-- vintage names them, of several names by the first.
CREATE TEMP TABLE new_site ON COMMIT DROP AS
SELECT a.line, a.written, a.key, a.finess, a.siret, n.name, a.number, a.repetition, a.street, a.street_key,
       a.street_core, a.postcode, a.town, a.town_key, a.cedex, a.commune_code, a.abroad
FROM staging.annuaire_address a
LEFT JOIN (
  SELECT d.key, min(v.name COLLATE "C") AS name
  FROM staging.annuaire_activity v
  JOIN staging.annuaire_address d ON d.line = v.address
  WHERE CAST(:newest AS boolean)
  GROUP BY d.key
) n ON n.key = a.key
WHERE NOT EXISTS (SELECT FROM supply.written_address w WHERE w.md5 = a.written)
