-- Establishments of this vintage that were, or will be, the same on the other side of its dates: the range
-- that they make with their neighbours, and the rows that it replaces.
CREATE TEMP TABLE touching_establishment ON COMMIT DROP AS
SELECT min(e.id) AS kept, array_agg(e.id) AS ids,
       range_merge(range_agg(e.valid) + datemultirange(daterange(:vintage, h.following))) AS valid
FROM supply.establishment e
JOIN incoming_establishment i ON i.finess = e.finess AND i.category_code = e.category_code
  AND i.name IS NOT DISTINCT FROM e.name AND i.siret IS NOT DISTINCT FROM e.siret
  AND i.geom IS NOT DISTINCT FROM e.geom
JOIN held h ON h.departement = i.departement
WHERE upper(e.valid) = CAST(:vintage AS date) OR lower(e.valid) = h.following
GROUP BY e.finess, h.following
