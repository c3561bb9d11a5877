-- Addresses of the staged annuaire that were never written this way before, one row each.
SELECT DISTINCT ON (a.written)
  a.written, a.finess, a.siret, a.name, a.street_number, a.repetition, a.street_type, a.street_name,
  a.complement, a.postcode, a.town, a.bureau_cedex, a.commune_code, a.country
FROM activity a
WHERE NOT EXISTS (SELECT FROM supply.written_address w WHERE w.md5 = a.written)
ORDER BY a.written, a.siret NULLS LAST
