-- Practitioners of this vintage: new ones enter, names follow the register.
INSERT INTO supply.practitioner AS p (key, civility, family_name, given_name)
SELECT DISTINCT ON (practitioner_key) practitioner_key, civility, family_name, given_name
FROM activity
ORDER BY practitioner_key, family_name NULLS LAST, given_name NULLS LAST, civility NULLS LAST
ON CONFLICT (key) DO UPDATE SET
  civility = excluded.civility, family_name = excluded.family_name, given_name = excluded.given_name
WHERE (p.civility, p.family_name, p.given_name)
      IS DISTINCT FROM (excluded.civility, excluded.family_name, excluded.given_name)
