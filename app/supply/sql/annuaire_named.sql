-- The names of those whom the store knows follow the register.
UPDATE supply.practitioner p
SET civility = t.civility, family_name = t.family_name, given_name = t.given_name
FROM told t
JOIN known k ON k.key = t.key
WHERE p.id = k.id
  AND (k.civility, k.family_name, k.given_name) IS DISTINCT FROM (t.civility, t.family_name, t.given_name)
