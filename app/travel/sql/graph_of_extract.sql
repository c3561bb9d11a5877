-- The graph built last of an extract; of its timetable too when one is given.
SELECT g.id, g.fingerprint
FROM network.graph g
JOIN ops.source_file f ON f.id = g.source_file_id
WHERE f.sha256 = :sha256 AND (CAST(:feed_sha256 AS text) IS NULL OR g.feed_sha256 = :feed_sha256)
ORDER BY g.made_at DESC, g.id DESC
LIMIT 1
