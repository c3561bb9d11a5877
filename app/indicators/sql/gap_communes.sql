-- Every QPV of some communes, even those beyond what a list is limited to, with all communes of each.
SELECT q.id, q.code, q.name, array_agg(c.id ORDER BY c.code) AS communes
FROM published.territory q
JOIN published.territory c ON c.level = 'commune' AND c.id = ANY (q.parents)
WHERE q.level = 'qpv' AND q.parents && CAST(:communes AS integer[])
GROUP BY q.id, q.code, q.name
ORDER BY q.code
