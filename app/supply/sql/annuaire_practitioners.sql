-- Practitioners of this vintage who are not known yet; its names are theirs, even when they come back. They are
-- known then.
WITH entered AS (
  INSERT INTO supply.practitioner (key, civility, family_name, given_name)
  SELECT t.key, t.civility, t.family_name, t.given_name
  FROM told t
  WHERE NOT EXISTS (SELECT FROM known k WHERE k.key = t.key)
  ON CONFLICT (key) DO UPDATE
  SET civility = excluded.civility, family_name = excluded.family_name, given_name = excluded.given_name
  RETURNING id, key
)
INSERT INTO known (id, key) SELECT id, key FROM entered
