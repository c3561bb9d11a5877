-- What each site offers of a profession: its practitioners, each shared equally among all the sites where he or
-- she practises it (METHODS 1), whether or not those are located.
WITH retained AS (
  SELECT DISTINCT p.practitioner_id, p.site_id,
         p.location_class IN ('finess', 'housenumber', 'street') AND p.geom IS NOT NULL AS located
  FROM published.practice p
  JOIN published.profession_member m
    ON m.profession_code = p.profession_code AND (m.skill_code IS NULL OR m.skill_code = ANY (p.skills))
  WHERE m.profession_id = :profession_id AND p.valid @> CAST(:vintage AS date)
    AND CASE WHEN :scope = 'ambulatory' THEN p.ambulatory ELSE p.liberal END
),
shared AS (
  SELECT site_id, located, 1.0 / count(*) OVER (PARTITION BY practitioner_id) AS weight FROM retained
)
SELECT site_id, located, CAST(sum(weight) AS double precision) AS amount
FROM shared GROUP BY site_id, located ORDER BY site_id
