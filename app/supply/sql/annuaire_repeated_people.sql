-- One row stays, under the first of their names.
WITH gone AS (
  DELETE FROM supply.practitioner p USING repeated r WHERE p.id = r.id AND r.id <> r.kept
)
UPDATE supply.practitioner p
SET civility = n.civility, family_name = n.family_name, given_name = n.given_name
FROM (
  SELECT DISTINCT ON (kept) kept, civility, family_name, given_name
  FROM repeated
  WHERE EXISTS (SELECT FROM repeated o WHERE o.kept = repeated.kept AND o.id <> o.kept)
  ORDER BY kept, family_name NULLS LAST, given_name NULLS LAST, civility NULLS LAST
) n
WHERE p.id = n.kept
