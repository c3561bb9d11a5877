-- Households of each commune, with what it is a part of: its intercommunality, its département otherwise.
SELECT n.territory_id, n.households, coalesce(e.id, d.id, 0) AS above_id
FROM indicator.need n
JOIN chosen c ON c.id = n.territory_id AND c.level = 'commune'
LEFT JOIN chosen e ON e.level = 'epci' AND e.code = c.epci_code
LEFT JOIN chosen d ON d.level = 'departement' AND d.code = c.departement_code
WHERE n.release_id = :release_id AND n.households IS NOT NULL
ORDER BY n.territory_id
