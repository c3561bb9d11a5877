-- Sites without a street so far aim at the streets that theirs resembles.
INSERT INTO aim (site_id, street_key, method, score)
SELECT w.site_id, f.street_key, 'ban_fuzzy', f.score
FROM wanted w
JOIN (SELECT commune_code, max(source_file_id) AS source_file_id FROM ban_street GROUP BY 1) home
  ON home.commune_code = w.ban_code
JOIN supply.street_match m ON m.source_file_id = home.source_file_id AND m.rules = :rules
  AND m.commune_code = w.ban_code AND m.street_key = w.street_key
CROSS JOIN LATERAL unnest(m.found, m.scores) AS f (street_key, score)
WHERE NOT EXISTS (SELECT FROM aim WHERE aim.site_id = w.site_id)
