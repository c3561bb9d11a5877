-- Sites whose street is written as the BAN writes it, in the order of the index that gives their house.
INSERT INTO aim (site_id, ban_code, street_key, number, repetition, homonyms, method, score, loose)
SELECT w.site_id, w.ban_code, w.street_key, w.number, w.repetition, bool_or(s.homonyms), 'ban_exact', 1,
       false
FROM wanted w
JOIN supply.street s ON s.commune_code = w.ban_code AND s.street_key = w.street_key
JOIN ops.release_input i ON i.source_file_id = s.source_file_id AND i.release_id = :release_id
GROUP BY 1, 2, 3, 4, 5
ORDER BY w.ban_code, w.street_key, w.number
