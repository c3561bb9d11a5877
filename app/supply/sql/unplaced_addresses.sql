-- Addresses with a street that nothing placed and the online geocoder was never asked.
SELECT DISTINCT ON (key) key, number, street, postcode, commune_code
FROM (
  SELECT concat_ws('|', w.ban_code, w.number || w.repetition, w.street_key) AS key,
         concat_ws(' ', w.number, nullif(w.repetition, '')) AS number,
         coalesce(s.street, w.street_key) AS street, coalesce(s.postcode, '') AS postcode,
         w.ban_code AS commune_code
  FROM wanted w
  JOIN supply.site s ON s.id = w.site_id
  WHERE w.street_key IS NOT NULL AND w.ban_code IS NOT NULL
    AND NOT EXISTS (SELECT FROM matched m WHERE m.site_id = w.site_id)
) unplaced
WHERE NOT EXISTS (SELECT FROM supply.geocoded g WHERE g.key = unplaced.key)
ORDER BY key, street
