-- Places abroad are kept out of every local count: those of which some lines alone say so. A way of practising
-- has its twin that is in no count.
WITH away AS MATERIALIZED (
  SELECT p.id, e.skills, e.modes, e.sectors
  FROM supply.site s
  JOIN supply.practice p ON p.site_id = s.id
  JOIN supply.exercise e ON e.id = p.exercise_id
  WHERE s.abroad AND (s.id = ANY(CAST(:doubtful AS integer[])) OR s.id <= :known)
    AND (e.liberal OR e.ambulatory)
),
wanted AS (SELECT DISTINCT skills, modes, sectors FROM away),
there AS MATERIALIZED (
  SELECT id, skills, modes, sectors FROM supply.exercise WHERE NOT liberal AND NOT ambulatory
),
added AS (
  INSERT INTO supply.exercise (skills, modes, sectors, liberal, ambulatory)
  SELECT skills, modes, sectors, false, false FROM wanted
  WHERE NOT EXISTS (SELECT FROM there t
                    WHERE (t.skills, t.modes, t.sectors) = (wanted.skills, wanted.modes, wanted.sectors))
  RETURNING id, skills, modes, sectors
)
UPDATE supply.practice p
SET exercise_id = twin.id
FROM away
JOIN (SELECT * FROM there UNION ALL SELECT * FROM added) twin USING (skills, modes, sectors)
WHERE p.id = away.id
