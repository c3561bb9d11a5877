-- The release that the guards hold back, unless a later one was published since.
SELECT DISTINCT r.id, r.vintage
FROM published.release_history r
WHERE r.status = 'held' AND r.id > (SELECT id FROM published.release)
ORDER BY r.id DESC
LIMIT 1
