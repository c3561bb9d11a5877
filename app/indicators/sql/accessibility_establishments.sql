-- What each site offers of a profession of establishments: how many of them it holds.
SELECT e.site_id, CAST(count(DISTINCT e.id) AS double precision) AS amount,
       e.location_class IN ('finess', 'housenumber', 'street') AND e.geom IS NOT NULL AS located
FROM published.establishment e
JOIN published.profession_member m ON m.category_code = ANY (e.kinds)
WHERE m.profession_id = :profession_id AND e.valid @> CAST(:vintage AS date)
GROUP BY e.site_id, located ORDER BY e.site_id
