-- The same by the number of each way of practising.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT n.practitioner_id, n.site_id, w.exercise_id, n.profession_code, n.name
FROM practised_now n
JOIN way_now w USING (way, abroad)
WHERE n.alone
UNION ALL
SELECT f.practitioner_id, f.site_id, e.id, f.profession_code, f.name
FROM folded f
JOIN supply.exercise e USING (skills, modes, sectors, liberal, ambulatory)
