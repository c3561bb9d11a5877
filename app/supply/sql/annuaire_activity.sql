-- Activities of the staged annuaire with two keys: the practitioner's, an HMAC-SHA256 of the national id
-- (the bound pads come with the secret already mixed in), and the md5 of the address as it is written; a
-- structure without any address is told apart by its SIRET.
CREATE TEMP TABLE activity ON COMMIT DROP AS
SELECT
  sha256(:outer_pad || sha256(:inner_pad || convert_to(trim(national_id), 'UTF8'))) AS practitioner_key,
  md5(concat_ws(E'\x1f', coalesce(finess, ''), coalesce(street_number, ''), coalesce(repetition, ''),
    coalesce(street_type, street_type_code, ''), coalesce(street_name, ''), coalesce(complement_point, ''),
    coalesce(postcode, ''), coalesce(commune_name, ''), coalesce(bureau_cedex, ''),
    coalesce(commune_code, ''), coalesce(country_code, country_name, ''),
    CASE WHEN coalesce(finess, street_name, complement_point, postcode, commune_name, bureau_cedex,
                       commune_code) IS NULL THEN siret END))::uuid AS written,
  civility, family_name, given_name,
  profession_code, skill_code, mode_code, sector_code, coalesce(category_code, 'C') AS category_code,
  finess, siret, coalesce(company_name, sign_name) AS name,
  street_number, repetition, coalesce(street_type, street_type_code) AS street_type, street_name,
  complement_point AS complement, postcode, commune_name AS town, bureau_cedex, commune_code,
  coalesce(country_code, country_name) AS country
FROM staging.annuaire
