-- Professions and groups that each kind of practice makes up in a release (METHODS 1: codes only, never
-- labels); a kind that two members of a group make up makes it up once.
SELECT DISTINCT hashtextextended(p.profession_code, 0) # hash_array_extended(e.skills, 1) AS kind,
  m.profession_id
FROM (SELECT DISTINCT profession_code, exercise_id FROM supply.practice) p
JOIN supply.exercise e ON e.id = p.exercise_id
JOIN indicator.profession_member m ON m.profession_code = p.profession_code
  AND (m.skill_code IS NULL OR m.skill_code = ANY(e.skills))
JOIN indicator.release_profession r ON r.profession_id = m.profession_id AND r.release_id = :release_id
ORDER BY kind, profession_id
