-- Practitioners of an older vintage enter by their key alone: names are those of the newest one.
WITH entered AS (
  INSERT INTO supply.practitioner (key)
  SELECT t.key FROM told t
  WHERE NOT EXISTS (SELECT FROM known k WHERE k.key = t.key)
  RETURNING id, key
)
INSERT INTO known (id, key) SELECT id, key FROM entered
