-- Ways of practising that nobody had before.
INSERT INTO supply.exercise (skills, modes, sectors, liberal, ambulatory)
SELECT DISTINCT skills, modes, sectors, liberal, ambulatory FROM way_now n
WHERE alone AND NOT EXISTS (
  SELECT FROM supply.exercise e
  WHERE (e.skills, e.modes, e.sectors, e.liberal, e.ambulatory)
      = (n.skills, n.modes, n.sectors, n.liberal, n.ambulatory))
