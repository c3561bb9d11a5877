-- Who left the register keeps no name; the keyed hash stays, for continuity (METHODS 11).
UPDATE supply.practitioner p
SET civility = NULL, family_name = NULL, given_name = NULL, content = NULL
FROM touched t
WHERE t.practitioner_id = p.id
  AND (p.civility, p.family_name, p.given_name, p.content) IS DISTINCT FROM (NULL, NULL, NULL, NULL)
  AND NOT EXISTS (SELECT FROM told n WHERE n.key = p.key)
