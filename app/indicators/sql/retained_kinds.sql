-- Professions that each kind of practice makes up (METHODS 1: codes only, never labels).
SELECT DISTINCT hashtextextended(k.profession_code, 0) # hash_array_extended(k.skills, 1) AS kind,
  m.profession_id
FROM (SELECT DISTINCT profession_code, skills FROM supply.practice) k
JOIN indicator.profession_member m ON m.profession_code = k.profession_code
  AND (m.skill_code IS NULL OR m.skill_code = ANY(k.skills))
ORDER BY kind, profession_id
