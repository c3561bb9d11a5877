-- Practitioners of this vintage that the store does not know yet; its names are theirs. They are known then.
WITH entered AS (
  INSERT INTO supply.practitioner (key, civility, family_name, given_name)
  SELECT t.key, t.civility, t.family_name, t.given_name
  FROM told t
  WHERE NOT EXISTS (SELECT FROM known k WHERE k.key = t.key)
  RETURNING id, key
)
INSERT INTO known (id, key) SELECT id, key FROM entered
