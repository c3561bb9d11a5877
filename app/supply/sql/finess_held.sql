-- Départements that the file holds, or that the one it replaces held, with the next vintage that holds them.
CREATE TEMP TABLE held ON COMMIT DROP AS
SELECT d.departement, (
  SELECT min(f.vintage) FROM ops.source_file f
  WHERE f.register = 'finess' AND NOT f.superseded AND f.vintage > CAST(:vintage AS date)
    AND d.departement = ANY(f.departements)) AS following
FROM (
  SELECT departement FROM incoming_establishment
  UNION
  SELECT unnest(departements) FROM ops.source_file WHERE id = CAST(:replaced AS integer)
) d
