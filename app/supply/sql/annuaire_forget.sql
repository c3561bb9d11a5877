-- Who left the register keeps no name; the keyed hash stays, for continuity (METHODS 11).
UPDATE supply.practitioner p
SET civility = NULL, family_name = NULL, given_name = NULL, content = NULL
WHERE (p.civility, p.family_name, p.given_name, p.content) IS DISTINCT FROM (NULL, NULL, NULL, NULL)
  AND (CAST(:whole AS boolean) OR p.id IN (SELECT practitioner_id FROM touched))
  AND NOT EXISTS (SELECT FROM told t WHERE t.key = p.key)
