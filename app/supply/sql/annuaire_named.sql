-- The names of those whom the store knows follow the register.
UPDATE supply.practitioner p
SET civility = t.civility, family_name = t.family_name, given_name = t.given_name
FROM known k
JOIN told t ON t.key = k.key
WHERE k.renamed AND p.id = k.id
