-- Where some sites of a release lie, in the order given, those placed well enough to be travelled to.
SELECT p.site_id, ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat
FROM unnest(CAST(:site_ids AS integer[])) WITH ORDINALITY AS wanted (site_id, rank)
JOIN published.release_placement p ON p.release_id = :release_id AND p.site_id = wanted.site_id
WHERE p.location_class IN ('finess', 'housenumber', 'street') AND p.geom IS NOT NULL
ORDER BY wanted.rank
