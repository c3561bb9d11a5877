-- The modes whose times a release shows and whose scores were not made of them, with what they are made of.
SELECT o.mode, o.origins_id
FROM network.release_origins o
WHERE o.release_id = :release_id AND o.mode = ANY (CAST(:modes AS text[])) AND NOT EXISTS (
  SELECT FROM indicator.score s
  WHERE s.release_id = o.release_id AND s.mode = o.mode AND s.origins_id = o.origins_id)
