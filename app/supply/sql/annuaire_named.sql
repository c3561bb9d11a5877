-- The names of those whom the store knows follow the register.
UPDATE supply.practitioner p
SET civility = t.civility, family_name = t.family_name, given_name = t.given_name, content = t.content
FROM told t
WHERE p.key = t.key
  AND (p.civility, p.family_name, p.given_name, p.content)
      IS DISTINCT FROM (t.civility, t.family_name, t.given_name, t.content)
