-- Ways of practising that nobody had before, of practices that were folded.
INSERT INTO supply.exercise (skills, modes, sectors, liberal, ambulatory)
SELECT DISTINCT skills, modes, sectors, liberal, ambulatory FROM folded n
WHERE NOT EXISTS (
  SELECT FROM supply.exercise e
  WHERE (e.skills, e.modes, e.sectors, e.liberal, e.ambulatory)
      = (n.skills, n.modes, n.sectors, n.liberal, n.ambulatory))
