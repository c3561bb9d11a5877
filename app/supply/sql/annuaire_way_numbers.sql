-- The number of each.
UPDATE way_now n
SET exercise_id = e.id
FROM supply.exercise e
WHERE (e.skills, e.modes, e.sectors, e.liberal, e.ambulatory)
    = (n.skills, n.modes, n.sectors, n.liberal, n.ambulatory)
