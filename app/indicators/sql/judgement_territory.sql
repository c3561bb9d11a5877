-- The number of a territory among those of one release, by level and code.
SELECT t.id
FROM territory.membership m
JOIN territory.territory t ON t.id = m.territory_id
WHERE m.release_id = :release_id AND t.level = :level AND t.code = :code
LIMIT 1
