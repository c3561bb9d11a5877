-- Written streets that no street of their commune bears, and that were not yet compared with this BAN file.
WITH home AS (
  SELECT s.commune_code, max(s.source_file_id) AS source_file_id
  FROM supply.street s
  JOIN ops.release_input i ON i.source_file_id = s.source_file_id AND i.release_id = :release_id
  GROUP BY 1
)
SELECT DISTINCT home.source_file_id, w.ban_code AS commune_code, w.street_key
FROM wanted w
JOIN home ON home.commune_code = w.ban_code
WHERE w.street_key IS NOT NULL
  AND NOT EXISTS (SELECT FROM aim WHERE aim.site_id = w.site_id)
  AND NOT EXISTS (
    SELECT FROM supply.street_match m
    WHERE m.source_file_id = home.source_file_id AND m.rules = :rules
      AND m.commune_code = w.ban_code AND m.street_key = w.street_key)
ORDER BY commune_code, street_key
