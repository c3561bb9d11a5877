-- Sites without a street so far aim at the streets that theirs resembles.
INSERT INTO aim (site_id, ban_code, street_key, number, repetition, homonyms, method, score)
SELECT w.site_id, w.ban_code, f.street_key, w.number, w.repetition, bool_or(s.homonyms), 'ban_fuzzy',
       max(f.score)
FROM wanted w
JOIN supply.street_match m ON m.commune_code = w.ban_code AND m.street_key = w.street_key AND m.rules = :rules
JOIN ops.release_input mi ON mi.source_file_id = m.source_file_id AND mi.release_id = :release_id
CROSS JOIN LATERAL unnest(m.found, m.scores) AS f (street_key, score)
JOIN supply.street s ON s.commune_code = w.ban_code AND s.street_key = f.street_key
JOIN ops.release_input i ON i.source_file_id = s.source_file_id AND i.release_id = :release_id
WHERE NOT EXISTS (SELECT FROM aim WHERE aim.site_id = w.site_id)
GROUP BY 1, 2, 3, 4, 5
