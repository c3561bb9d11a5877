-- They take the place of those.
WITH gone AS (DELETE FROM supply.practice p USING repeated r WHERE p.practitioner_id = r.id)
INSERT INTO supply.practice (id, practitioner_id, site_id, exercise_id, profession_code, valid, name)
OVERRIDING SYSTEM VALUE
SELECT n.id, n.practitioner_id, n.site_id, e.id, n.profession_code, n.valid, n.name
FROM folded n
JOIN supply.exercise e USING (skills, modes, sectors, liberal, ambulatory)
