-- What each site offers of a profession: its practitioners, each shared equally among all the sites where he or
-- she practises it (METHODS 1), whether or not those are located. With the acts a year of one of them, as told
-- of the smallest territory around the site that anything is told of.
WITH retained AS (
  SELECT DISTINCT p.practitioner_id, p.site_id, p.territories,
         p.location_class IN ('finess', 'housenumber', 'street') AND p.geom IS NOT NULL AS located
  FROM published.practice p
  JOIN published.profession_member m
    ON m.profession_code = p.profession_code AND (m.skill_code IS NULL OR m.skill_code = ANY (p.skills))
  WHERE m.profession_id = :profession_id AND p.valid @> CAST(:vintage AS date)
    AND CASE WHEN :scope = 'ambulatory' THEN p.ambulatory ELSE p.liberal END
),
shared AS (
  SELECT site_id, located, territories, 1.0 / count(*) OVER (PARTITION BY practitioner_id) AS weight FROM retained
),
offered AS (
  SELECT site_id, located, territories, CAST(sum(weight) AS double precision) AS amount
  FROM shared GROUP BY site_id, located, territories
),
told AS MATERIALIZED (
  SELECT territory_id, level, acts FROM published.activity WHERE profession_id = :profession_id
),
around AS (
  SELECT DISTINCT ON (o.site_id) o.site_id, t.acts
  FROM offered o
  CROSS JOIN LATERAL unnest(o.territories) AS held (territory_id)
  JOIN told t USING (territory_id)
  ORDER BY o.site_id, array_position(ARRAY['commune', 'epci', 'departement', 'region'], t.level), t.territory_id
)
SELECT o.site_id, o.located, o.amount, a.acts
FROM offered o LEFT JOIN around a USING (site_id) ORDER BY o.site_id
