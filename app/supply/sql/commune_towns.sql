-- Communes by each of their postcodes.
SELECT unnest(string_to_array(postcodes, ' ')) AS postcode, name, code FROM staging.communes
WHERE postcodes IS NOT NULL
