-- Establishments of the départements in this file that it no longer holds, or holds otherwise, end now.
UPDATE supply.establishment e
SET valid = daterange(lower(e.valid), :vintage)
WHERE upper_inf(e.valid)
  AND left(e.finess, 2) IN (SELECT departement FROM incoming_establishment)
  AND NOT EXISTS (
    SELECT FROM incoming_establishment i
    WHERE i.finess = e.finess AND i.category_code = e.category_code
      AND i.name IS NOT DISTINCT FROM e.name AND i.siret IS NOT DISTINCT FROM e.siret
      AND i.geom IS NOT DISTINCT FROM e.geom)
