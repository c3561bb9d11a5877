-- Towns as addresses name them, merged communes included.
SELECT DISTINCT postcode, commune_name AS name, commune_code FROM staging.ban
UNION
SELECT DISTINCT postcode, old_commune_name, commune_code FROM staging.ban WHERE old_commune_name IS NOT NULL
