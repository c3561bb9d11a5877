-- Practitioners of this vintage that the store does not know yet; its names are theirs.
INSERT INTO supply.practitioner (key, civility, family_name, given_name, content)
SELECT t.key, t.civility, t.family_name, t.given_name, t.content
FROM told t
WHERE NOT EXISTS (SELECT FROM supply.practitioner p WHERE p.key = t.key)
