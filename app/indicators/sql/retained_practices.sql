-- Practices in force, one a person, site and profession, for one scope; three columns of big-endian int4,
-- so that half a million rows cross in one value each (METHODS 1: codes only, never labels).
SELECT
  coalesce(string_agg(int4send(practitioner_id), ''), '') AS person,
  coalesce(string_agg(int4send(site_id), ''), '') AS site,
  coalesce(string_agg(int4send(profession_id), ''), '') AS profession
FROM (
  SELECT DISTINCT p.practitioner_id, p.site_id, m.profession_id::integer AS profession_id
  FROM supply.practice p
  JOIN indicator.profession_member m ON m.profession_code = p.profession_code
    AND (m.skill_code IS NULL OR m.skill_code = ANY(p.skills))
  WHERE p.valid @> CAST(:vintage AS date)
    AND CASE :scope WHEN 'liberal' THEN p.liberal ELSE p.ambulatory END
) retained
