-- Establishments of the staged FINESS file, one a number.
SELECT DISTINCT ON (finess) finess, siret, name, street_number, street_type, street_name, complement,
  postcode, town, commune_code
FROM staging.finess
WHERE coalesce(closed, 'f') <> 't'
ORDER BY finess, category_code
