-- Streets of the communes where a site is looked for, with the BAN file that lists them.
CREATE TEMP TABLE ban_street ON COMMIT DROP AS
SELECT a.commune_code, a.street_key, min(a.street_core) AS street_core,
       max(a.source_file_id) AS source_file_id
FROM supply.address a
JOIN ops.release_input i ON i.source_file_id = a.source_file_id AND i.release_id = :release_id
WHERE a.commune_code IN (SELECT ban_code FROM wanted WHERE street_key IS NOT NULL)
GROUP BY a.commune_code, a.street_key
