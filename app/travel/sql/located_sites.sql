-- The sites of a release that are placed well enough to be travelled to, ascending.
SELECT site_id
FROM published.release_placement
WHERE release_id = :release_id AND location_class IN ('finess', 'housenumber', 'street') AND geom IS NOT NULL
ORDER BY site_id
