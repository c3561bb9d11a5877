-- Who practises at the located sites of some communes, or at some sites: once a person, site and profession.
-- Each is shared equally among all the sites where he or she practises the profession (METHODS 1), anywhere.
WITH place AS MATERIALIZED (
  SELECT site_id, territories
  FROM published.placement
  WHERE (territories && CAST(:communes AS integer[]) OR site_id = ANY (:sites))
    AND geom IS NOT NULL AND location_class IN ('finess', 'housenumber', 'street')
),
known AS (
  SELECT DISTINCT p.practitioner_id
  FROM published.practice p JOIN place USING (site_id)
  WHERE p.valid @> CAST(:vintage AS date)
),
retained AS (
  SELECT DISTINCT m.profession_id, p.practitioner_id, p.site_id
  FROM published.practice p
  JOIN known k ON k.practitioner_id = p.practitioner_id
  JOIN published.profession_member m
    ON m.profession_code = p.profession_code AND (m.skill_code IS NULL OR m.skill_code = ANY (p.skills))
  WHERE m.profession_id = ANY (:professions) AND p.valid @> CAST(:vintage AS date)
    AND CASE WHEN :scope = 'ambulatory' THEN p.ambulatory ELSE p.liberal END
),
shared AS (
  SELECT profession_id, practitioner_id, site_id,
         1.0 / count(*) OVER (PARTITION BY profession_id, practitioner_id) AS weight
  FROM retained
)
SELECT s.profession_id, s.practitioner_id AS who, s.site_id, CAST(s.weight AS double precision) AS weight,
       p.territories
FROM shared s JOIN place p USING (site_id)
ORDER BY s.profession_id, s.practitioner_id, s.site_id
