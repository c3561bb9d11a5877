-- The QPV of a release, and the communes that hold each.
SELECT q.id, q.code, q.name, array_agg(c.id ORDER BY c.code) AS communes
FROM territory.membership m
JOIN territory.territory q ON q.id = m.territory_id AND q.level = 'qpv'
JOIN territory.territory c ON c.id = ANY (m.parents) AND c.level = 'commune'
WHERE m.release_id = :release_id
GROUP BY q.id, q.code, q.name
ORDER BY q.code
