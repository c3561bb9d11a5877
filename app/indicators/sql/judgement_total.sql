-- How many people, liberal as the map counts them by default, or establishments a release counts in one
-- territory.
SELECT coalesce(max(c.headcount), 0)
FROM indicator.count c
JOIN indicator.profession r ON r.id = c.profession_id AND r.slug = :profession
WHERE c.release_id = :release_id AND c.territory_id = :territory_id
  AND c.scope = CASE r.subject WHEN 'person' THEN 'liberal' ELSE r.subject END
