-- The territories of a level in which sites of the published release lie, one row each.
SELECT p.site_id, t.id AS territory_id
FROM published.placement p
JOIN published.territory t ON t.level = :level AND t.id = ANY (p.territories)
WHERE p.site_id = ANY (:site_ids)
