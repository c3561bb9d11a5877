-- The release that another is compared with: the published one, unless its supply is newer; then the one that
-- was published with the nearest supply before.
SELECT b.id, b.vintage
FROM ops.release a
JOIN ops.release b ON b.vintage <= a.vintage AND b.id <> a.id AND b.status IN ('published', 'retired')
WHERE a.id = :release_id
ORDER BY b.status = 'published' DESC, b.vintage DESC, b.id DESC
LIMIT 1
