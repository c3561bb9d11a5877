-- Sites whose street is another one's name whatever its type: if there is one, or if no type is written (the
-- house number then decides). Another type than the one written is believed with the house number only.
INSERT INTO aim (site_id, ban_code, street_key, number, repetition, homonyms, method, score, loose)
SELECT site_id, ban_code, street_key, number, repetition, homonyms, 'ban_without_type', 0.9,
       NOT bare
FROM (
  WITH astray AS MATERIALIZED (
    SELECT w.* FROM wanted w
    WHERE w.street_core IS NOT NULL AND NOT EXISTS (SELECT FROM aim WHERE aim.site_id = w.site_id)
  )
  SELECT w.site_id, w.ban_code, s.street_key, w.number, w.repetition, bool_or(s.homonyms) AS homonyms,
         w.street_key = w.street_core AS bare, count(*) OVER (PARTITION BY w.site_id) AS rivals
  FROM astray w
  JOIN supply.street s ON s.commune_code = w.ban_code AND s.street_core = w.street_core
  JOIN ops.release_input i ON i.source_file_id = s.source_file_id AND i.release_id = :release_id
  GROUP BY w.site_id, w.ban_code, s.street_key, w.number, w.repetition, bare
) found
WHERE rivals = 1 OR bare
