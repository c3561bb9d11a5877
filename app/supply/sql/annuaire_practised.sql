-- Practices of this vintage as it tells them: person x site x profession. Several ways to write one address, and
-- lines of a person that stand apart in the file, fold into one. Places abroad are kept out of every local count.
CREATE TEMP TABLE practised_now ON COMMIT DROP AS
WITH told AS MATERIALIZED (
  SELECT p.id AS practitioner_id, a.site_id, a.profession_code, a.skills, a.modes, a.sectors,
         a.liberal AND s.id IS NULL AS liberal, a.ambulatory AND s.id IS NULL AS ambulatory, a.name,
         count(*) OVER (PARTITION BY p.id, a.site_id, a.profession_code) AS times
  FROM (
    SELECT v.*, v.site AS site_id FROM staging.annuaire_activity v WHERE v.site IS NOT NULL
    UNION ALL
    SELECT v.*, w.site_id
    FROM staging.annuaire_activity v
    JOIN staging.annuaire_address d ON d.line = v.address
    JOIN supply.written_address w ON w.md5 = d.written
  ) a
  JOIN staging.annuaire_person n ON n.line = a.person
  JOIN known p ON p.key = n.key
  LEFT JOIN (SELECT id FROM supply.site WHERE abroad) s ON s.id = a.site_id
)
SELECT practitioner_id, site_id, profession_code, skills, modes, sectors, liberal, ambulatory, name
FROM told WHERE times = 1
UNION ALL
SELECT t.practitioner_id, t.site_id, t.profession_code,
  ARRAY(SELECT DISTINCT code COLLATE "C" FROM unnest(string_to_array(
    string_agg(nullif(array_to_string(t.skills, E'\x1f'), ''), E'\x1f'), E'\x1f')) code ORDER BY 1),
  ARRAY(SELECT DISTINCT code COLLATE "C" FROM unnest(string_to_array(
    string_agg(nullif(array_to_string(t.modes, E'\x1f'), ''), E'\x1f'), E'\x1f')) code ORDER BY 1),
  ARRAY(SELECT DISTINCT code COLLATE "C" FROM unnest(string_to_array(
    string_agg(nullif(array_to_string(t.sectors, E'\x1f'), ''), E'\x1f'), E'\x1f')) code ORDER BY 1),
  bool_or(t.liberal), bool_or(t.ambulatory), min(t.name COLLATE "C")
FROM told t WHERE times > 1
GROUP BY 1, 2, 3
