-- Head-count, weight and sites of every profession and scope in every territory. A practitioner's weight
-- is shared out over the practices retained for that profession and scope, so that weights add up to
-- persons (METHODS 1). ``unlocated`` are people with a practice placed no better than the commune.
INSERT INTO indicator.count (release_id, territory_id, profession_id, scope, headcount, weight, sites, unlocated)
WITH retained AS (
  SELECT DISTINCT p.practitioner_id, p.site_id, m.profession_id, s.scope
  FROM supply.practice p
  JOIN indicator.profession_member m ON m.profession_code = p.profession_code
    AND (m.skill_code IS NULL OR m.skill_code = ANY(p.skills))
  CROSS JOIN LATERAL (VALUES ('liberal', p.liberal), ('ambulatory', p.ambulatory)) s (scope, kept)
  WHERE p.valid @> CAST(:vintage AS date) AND s.kept
),
weighted AS (
  SELECT *, 1.0 / count(*) OVER (PARTITION BY practitioner_id, profession_id, scope) AS weight
  FROM retained
)
SELECT :release_id, territory_id, w.profession_id, w.scope,
  count(DISTINCT w.practitioner_id), sum(w.weight), count(DISTINCT w.site_id),
  count(DISTINCT w.practitioner_id) FILTER (WHERE pl.geom IS NULL)
FROM weighted w
JOIN supply.placement pl ON pl.release_id = :release_id AND pl.site_id = w.site_id
CROSS JOIN LATERAL unnest(pl.territories) AS territory_id
GROUP BY territory_id, w.profession_id, w.scope
