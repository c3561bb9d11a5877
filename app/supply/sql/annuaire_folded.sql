-- The practices that are told of several times, each folded into one.
CREATE TEMP TABLE folded ON COMMIT DROP AS
SELECT n.practitioner_id, n.site_id, n.profession_code,
  ARRAY(SELECT DISTINCT code COLLATE "C" FROM unnest(string_to_array(
    string_agg(nullif(array_to_string(w.skills, E'\x1f'), ''), E'\x1f'), E'\x1f')) code ORDER BY 1) AS skills,
  ARRAY(SELECT DISTINCT code COLLATE "C" FROM unnest(string_to_array(
    string_agg(nullif(array_to_string(w.modes, E'\x1f'), ''), E'\x1f'), E'\x1f')) code ORDER BY 1) AS modes,
  ARRAY(SELECT DISTINCT code COLLATE "C" FROM unnest(string_to_array(
    string_agg(nullif(array_to_string(w.sectors, E'\x1f'), ''), E'\x1f'), E'\x1f')) code ORDER BY 1) AS sectors,
  bool_or(w.liberal) AS liberal, bool_or(w.ambulatory) AS ambulatory, min(n.name COLLATE "C") AS name
FROM practised_now n
JOIN way_now w ON (w.way, w.abroad) = (n.way, n.abroad)
WHERE NOT n.alone
GROUP BY n.practitioner_id, n.site_id, n.profession_code
