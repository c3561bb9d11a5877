-- Releases that a guard holds back and that no later one has replaced, with what was found.
SELECT r.id, r.vintage,
  (SELECT array_agg(f.sentence ORDER BY f.rank) FROM ops.finding f
   WHERE f.release_id = r.id AND NOT f.passed) AS sentences
FROM ops.release r
WHERE r.status = 'held' AND NOT EXISTS (
  SELECT FROM ops.release later WHERE later.id > r.id AND later.status IN ('held', 'published'))
