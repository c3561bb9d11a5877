-- No name of who objected; their keyed hash stays, so that a later vintage finds them again and leaves them out.
UPDATE supply.practitioner n
SET civility = NULL, family_name = NULL, given_name = NULL
WHERE n.id IN (SELECT practitioner_id FROM opposed)
  AND (n.civility, n.family_name, n.given_name) IS DISTINCT FROM (NULL, NULL, NULL)
