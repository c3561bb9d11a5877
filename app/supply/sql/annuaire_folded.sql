-- The practices of somebody at one site in one profession, folded into one: several ways of practising are one that
-- has the codes of all.
CREATE TEMP TABLE folded ON COMMIT DROP AS
SELECT min(s.id) AS id, s.valid, s.practitioner_id, s.site_id, s.profession_code,
  ARRAY(SELECT DISTINCT code COLLATE "C" FROM unnest(string_to_array(
    string_agg(nullif(array_to_string(s.skills, E'\x1f'), ''), E'\x1f'), E'\x1f')) code ORDER BY 1) AS skills,
  ARRAY(SELECT DISTINCT code COLLATE "C" FROM unnest(string_to_array(
    string_agg(nullif(array_to_string(s.modes, E'\x1f'), ''), E'\x1f'), E'\x1f')) code ORDER BY 1) AS modes,
  ARRAY(SELECT DISTINCT code COLLATE "C" FROM unnest(string_to_array(
    string_agg(nullif(array_to_string(s.sectors, E'\x1f'), ''), E'\x1f'), E'\x1f')) code ORDER BY 1) AS sectors,
  bool_or(s.liberal) AS liberal, bool_or(s.ambulatory) AS ambulatory, min(s.name COLLATE "C") AS name
FROM several s
GROUP BY s.practitioner_id, s.site_id, s.profession_code, s.valid
