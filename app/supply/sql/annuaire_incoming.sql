-- The same by the number of each way of practising.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT n.practitioner_id, n.site_id, e.id AS exercise_id, n.profession_code, n.name
FROM practised_now n
JOIN supply.exercise e USING (skills, modes, sectors, liberal, ambulatory)
