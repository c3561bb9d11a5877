-- Sites without a street so far aim at the streets that theirs resembles. Materialised, so that the streets
-- are looked up by both of their columns.
INSERT INTO aim (site_id, ban_code, street_key, number, repetition, homonyms, method, score, loose)
WITH likely AS MATERIALIZED (
  SELECT w.site_id, w.ban_code, w.number, w.repetition, f.street_key, max(f.score) AS score
  FROM wanted w
  JOIN supply.street_match m ON m.commune_code = w.ban_code AND m.street_key = w.street_key
    AND m.rules = :rules
  JOIN ops.release_input i ON i.source_file_id = m.source_file_id AND i.release_id = :release_id
  CROSS JOIN LATERAL unnest(m.found, m.scores) AS f (street_key, score)
  WHERE NOT EXISTS (SELECT FROM aim WHERE aim.site_id = w.site_id)
  GROUP BY 1, 2, 3, 4, 5
)
SELECT l.site_id, l.ban_code, l.street_key, l.number, l.repetition, bool_or(s.homonyms), 'ban_fuzzy', l.score,
       l.score < :sure
FROM likely l
JOIN supply.street s ON s.commune_code = l.ban_code AND s.street_key = l.street_key
JOIN ops.release_input i ON i.source_file_id = s.source_file_id AND i.release_id = :release_id
GROUP BY l.site_id, l.ban_code, l.street_key, l.number, l.repetition, l.score
