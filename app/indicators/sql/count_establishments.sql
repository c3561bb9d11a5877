-- Establishments of FINESS in every territory; each counts for one.
INSERT INTO indicator.count (release_id, territory_id, profession_id, scope, headcount, weight, sites, unlocated)
SELECT :release_id, territory_id, m.profession_id, 'establishment',
  count(DISTINCT e.finess), count(DISTINCT e.finess), count(DISTINCT e.site_id),
  count(DISTINCT e.finess) FILTER (WHERE pl.geom IS NULL)
FROM supply.establishment e
JOIN indicator.profession_member m ON m.category_code = e.category_code
JOIN supply.placement pl ON pl.release_id = :release_id AND pl.site_id = e.site_id
CROSS JOIN LATERAL unnest(pl.territories) AS territory_id
WHERE e.valid @> CAST(:finess_vintage AS date)
GROUP BY territory_id, m.profession_id
