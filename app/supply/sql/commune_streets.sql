-- Streets of one commune.
SELECT DISTINCT s.street_key
FROM supply.street s
JOIN ops.release_input i ON i.source_file_id = s.source_file_id AND i.release_id = :release_id
WHERE s.commune_code = :commune_code
ORDER BY s.street_key
