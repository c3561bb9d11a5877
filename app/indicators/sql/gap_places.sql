-- The QPV of the published release, inside a territory where one is given, and the communes that hold each.
SELECT q.id, q.code, q.name, array_agg(c.id ORDER BY c.code) AS communes
FROM published.territory q
JOIN published.territory c ON c.level = 'commune' AND c.id = ANY (q.parents)
WHERE q.level = 'qpv'
  AND (CAST(:within AS integer) IS NULL OR q.id = :within OR q.parents @> ARRAY[CAST(:within AS integer)])
GROUP BY q.id, q.code, q.name
ORDER BY q.code
