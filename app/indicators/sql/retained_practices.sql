-- Ambulatory practices in force, and whether they are liberal, as columns of big-endian int4, so that half a
-- million rows cross in one value each (METHODS 1: codes only, never labels). Kinds of practice are few: the professions they make
-- up are looked up once a kind, and the large join is on equality alone.
WITH kind AS MATERIALIZED (
  SELECT DISTINCT profession_code, skills FROM supply.practice
),
named AS MATERIALIZED (
  SELECT DISTINCT k.profession_code, k.skills, m.profession_id::integer AS profession_id
  FROM kind k
  JOIN indicator.profession_member m ON m.profession_code = k.profession_code
    AND (m.skill_code IS NULL OR m.skill_code = ANY(k.skills))
)
SELECT
  coalesce(string_agg(int4send(p.practitioner_id), ''), '') AS person,
  coalesce(string_agg(int4send(p.site_id), ''), '') AS site,
  coalesce(string_agg(int4send(n.profession_id), ''), '') AS profession,
  coalesce(string_agg(int4send(p.liberal::integer), ''), '') AS liberal
FROM supply.practice p
JOIN named n ON n.profession_code = p.profession_code AND n.skills = p.skills
WHERE p.valid @> CAST(:vintage AS date) AND p.ambulatory
