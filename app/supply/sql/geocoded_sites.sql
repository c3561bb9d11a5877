-- Sites that the BAN at hand does not place, as the online geocoder answered once; an answer in another
-- département is refused.
INSERT INTO matched (site_id, geom, location_class, method, score)
SELECT w.site_id, g.geom, g.location_class, 'geoplateforme', g.score
FROM wanted w
JOIN supply.geocoded g ON g.key = concat_ws('|', w.ban_code, w.number || w.repetition, w.street_key)
WHERE g.geom IS NOT NULL AND w.street_key IS NOT NULL
  AND CASE WHEN w.ban_code LIKE '97%' THEN left(w.ban_code, 3) = left(g.commune_code, 3)
           ELSE left(w.ban_code, 2) = left(g.commune_code, 2) END
  AND NOT EXISTS (SELECT FROM matched m WHERE m.site_id = w.site_id)
