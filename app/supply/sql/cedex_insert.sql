-- The CEDEX table as it is.
INSERT INTO supply.cedex (source_file_id, cedex, label, commune_code)
SELECT DISTINCT :source_file_id, cedex, label, commune_code FROM staging.cedex
