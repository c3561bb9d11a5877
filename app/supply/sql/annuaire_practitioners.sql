-- Practitioners of this vintage: new ones enter, names follow the register. The mark of somebody's lines is
-- unknown when they do not follow each other.
INSERT INTO supply.practitioner AS p (key, civility, family_name, given_name, content)
SELECT DISTINCT ON (key) key, civility, family_name, given_name,
       CASE WHEN count(*) OVER (PARTITION BY key) = 1 THEN content ELSE 0 END
FROM staging.annuaire_person
ORDER BY key, family_name NULLS LAST, given_name NULLS LAST, civility NULLS LAST
ON CONFLICT (key) DO UPDATE SET
  civility = excluded.civility, family_name = excluded.family_name, given_name = excluded.given_name,
  content = excluded.content
WHERE (p.civility, p.family_name, p.given_name, p.content)
      IS DISTINCT FROM (excluded.civility, excluded.family_name, excluded.given_name, excluded.content)
