-- Who left the register keeps no name; the keyed hash stays, for continuity (METHODS 11).
UPDATE supply.practitioner p
SET civility = NULL, family_name = NULL, given_name = NULL
FROM touched t
WHERE NOT t.told AND t.practitioner_id = p.id
  AND (p.civility, p.family_name, p.given_name) IS DISTINCT FROM (NULL, NULL, NULL)
