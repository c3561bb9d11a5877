-- Their practices at one site in one profession, folded into one.
CREATE TEMP TABLE folded ON COMMIT DROP AS
SELECT min(p.id) AS id, r.kept AS practitioner_id, p.site_id, p.profession_code,
  ARRAY(SELECT DISTINCT code COLLATE "C" FROM unnest(string_to_array(
    string_agg(nullif(array_to_string(p.skills, E'\x1f'), ''), E'\x1f'), E'\x1f')) code ORDER BY 1) AS skills,
  ARRAY(SELECT DISTINCT code COLLATE "C" FROM unnest(string_to_array(
    string_agg(nullif(array_to_string(p.modes, E'\x1f'), ''), E'\x1f'), E'\x1f')) code ORDER BY 1) AS modes,
  ARRAY(SELECT DISTINCT code COLLATE "C" FROM unnest(string_to_array(
    string_agg(nullif(array_to_string(p.sectors, E'\x1f'), ''), E'\x1f'), E'\x1f')) code ORDER BY 1) AS sectors,
  bool_or(p.liberal) AS liberal, bool_or(p.ambulatory) AS ambulatory, p.valid, min(p.name COLLATE "C") AS name
FROM supply.practised p
JOIN repeated r ON r.id = p.practitioner_id
GROUP BY r.kept, p.site_id, p.profession_code, p.valid
