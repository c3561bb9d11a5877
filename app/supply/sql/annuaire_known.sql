-- Those of them whom the store knows, and whether it names them otherwise: read once, to follow names, to enter
-- the others, to compare practices. Read by their place in the store, in its order, when those who may have changed
-- are given: who comes back after an absence is found as he is entered.
CREATE TEMP TABLE known ON COMMIT DROP AS
SELECT p.id, p.key,
  (p.civility, p.family_name, p.given_name) IS DISTINCT FROM (t.civility, t.family_name, t.given_name) AS renamed
FROM supply.practitioner p
JOIN told t ON t.key = p.key
WHERE CAST(:whole AS boolean)
   OR p.id = ANY (CAST((SELECT CAST(:practitioners AS integer[])) AS integer[]))
