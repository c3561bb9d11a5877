-- The newest vintage names them, of several names by the first: of its own statement, since how few of its
-- addresses are new is not to be foreseen.
UPDATE new_site n
SET name = first.name
FROM (
  SELECT s.key, min(v.name COLLATE "C") AS name
  FROM new_site s
  JOIN staging.annuaire_activity v ON v.address = s.line
  WHERE CAST(:newest AS boolean)
  GROUP BY s.key
) first
WHERE first.key = n.key
