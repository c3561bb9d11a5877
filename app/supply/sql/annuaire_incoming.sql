-- Practices of this vintage: person x site x profession; lines repeat for each savoir-faire and role.
-- METHODS 1: liberal = mode L; ambulatory adds salaried people of health centres; SA64, students, the
-- military and practices abroad are kept out of every local count.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT
  p.id AS practitioner_id, w.site_id, a.profession_code,
  coalesce(array_agg(DISTINCT a.skill_code ORDER BY a.skill_code)
    FILTER (WHERE a.skill_code IS NOT NULL), '{}') AS skills,
  coalesce(array_agg(DISTINCT a.mode_code ORDER BY a.mode_code)
    FILTER (WHERE a.mode_code IS NOT NULL), '{}') AS modes,
  coalesce(array_agg(DISTINCT a.sector_code ORDER BY a.sector_code)
    FILTER (WHERE a.sector_code IS NOT NULL), '{}') AS sectors,
  bool_or(counted AND coalesce(a.mode_code = 'L', false)) AS liberal,
  bool_or(counted AND coalesce(a.mode_code = 'L'
    OR (a.mode_code = 'S' AND a.sector_code = ANY(:health_centre_sectors)), false)) AS ambulatory
FROM activity a
JOIN supply.practitioner p ON p.key = a.practitioner_key
JOIN supply.written_address w ON w.md5 = a.written
JOIN supply.site s ON s.id = w.site_id
CROSS JOIN LATERAL (
  SELECT a.category_code = 'C' AND NOT s.abroad
         AND a.sector_code IS DISTINCT FROM :teleconsultation_sector AS counted
) c
GROUP BY 1, 2, 3
