-- People and establishments that some communes hold without knowing where, by profession.
SELECT c.profession_id, CAST(sum(c.unlocated) AS integer) AS unlocated
FROM published.count c
WHERE c.territory_id = ANY (:communes) AND c.scope IN (:scope, 'establishment')
GROUP BY c.profession_id
