-- Who left the register keeps no name; the keyed hash stays, for continuity (METHODS 11).
UPDATE supply.practitioner p
SET civility = NULL, family_name = NULL, given_name = NULL
WHERE (p.id = ANY (ARRAY(SELECT one FROM unnest(CAST(:practitioners AS integer[])) one
                         WHERE NOT EXISTS (SELECT FROM known k WHERE k.id = one)))
       OR (CAST(:whole AS boolean) AND NOT EXISTS (SELECT FROM known k WHERE k.id = p.id)))
  AND (p.civility, p.family_name, p.given_name) IS DISTINCT FROM (NULL, NULL, NULL)
