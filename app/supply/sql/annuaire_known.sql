-- Those of them whom the store knows: read once, to follow names, to enter the others, to compare practices.
CREATE TEMP TABLE known ON COMMIT DROP AS
SELECT p.id, p.key, p.civility, p.family_name, p.given_name
FROM supply.practitioner p
WHERE p.key IN (SELECT key FROM told)
