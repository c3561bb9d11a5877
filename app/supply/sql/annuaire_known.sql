-- Those of them whom the store knows, and whether it names them otherwise: read once, to follow names, to enter
-- the others, to compare practices.
CREATE TEMP TABLE known ON COMMIT DROP AS
SELECT p.id, p.key,
  (p.civility, p.family_name, p.given_name) IS DISTINCT FROM (t.civility, t.family_name, t.given_name) AS renamed
FROM told t
JOIN supply.practitioner p ON p.key = t.key
