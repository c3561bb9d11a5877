-- Their practices at one site in one profession fold into one.
WITH moved AS (
  DELETE FROM supply.practice p USING repeated r WHERE p.practitioner_id = r.id
  RETURNING p.id, r.kept, p.site_id, p.profession_code, p.skills, p.modes, p.sectors, p.liberal, p.ambulatory,
            p.valid, p.name
)
INSERT INTO supply.practice (id, practitioner_id, site_id, profession_code, skills, modes, sectors, liberal,
                             ambulatory, valid, name) OVERRIDING SYSTEM VALUE
SELECT min(m.id), m.kept, m.site_id, m.profession_code,
  ARRAY(SELECT DISTINCT code COLLATE "C" FROM unnest(string_to_array(
    string_agg(nullif(array_to_string(m.skills, E'\x1f'), ''), E'\x1f'), E'\x1f')) code ORDER BY 1),
  ARRAY(SELECT DISTINCT code COLLATE "C" FROM unnest(string_to_array(
    string_agg(nullif(array_to_string(m.modes, E'\x1f'), ''), E'\x1f'), E'\x1f')) code ORDER BY 1),
  ARRAY(SELECT DISTINCT code COLLATE "C" FROM unnest(string_to_array(
    string_agg(nullif(array_to_string(m.sectors, E'\x1f'), ''), E'\x1f'), E'\x1f')) code ORDER BY 1),
  bool_or(m.liberal), bool_or(m.ambulatory), m.valid, min(m.name COLLATE "C")
FROM moved m
GROUP BY m.kept, m.site_id, m.profession_code, m.valid
