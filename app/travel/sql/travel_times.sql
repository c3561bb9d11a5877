-- Times to the places of some sites of a release, in the order of the sites; none where they were not computed.
SELECT p.site_id, t.limit_s, t.snap_m, t.ranks, t.seconds
FROM unnest(CAST(:site_ids AS integer[])) WITH ORDINALITY AS wanted (site_id, rank)
JOIN published.release_placement p ON p.release_id = :release_id AND p.site_id = wanted.site_id
LEFT JOIN published.travel_time t
  ON t.origins_id = :origins_id AND t.lon = ST_X(p.geom) AND t.lat = ST_Y(p.geom)
WHERE p.location_class IN ('finess', 'housenumber', 'street') AND p.geom IS NOT NULL
ORDER BY wanted.rank
