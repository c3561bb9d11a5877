-- Establishments of these départements, in force on the vintage's date, that it does not hold, or otherwise.
CREATE TEMP TABLE ending_establishment ON COMMIT DROP AS
SELECT e.id, lower(e.valid) AS since, upper(e.valid) AS until, h.following
FROM supply.establishment e
JOIN held h ON h.departement = left(e.finess, 2)
WHERE e.valid @> CAST(:vintage AS date)
  AND NOT EXISTS (
    SELECT FROM incoming_establishment i
    WHERE i.finess = e.finess AND i.category_code = e.category_code
      AND i.name IS NOT DISTINCT FROM e.name AND i.siret IS NOT DISTINCT FROM e.siret
      AND i.geom IS NOT DISTINCT FROM e.geom)
