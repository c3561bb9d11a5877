-- The modes whose times a release shows on a graph, none of its places missing.
SELECT o.mode
FROM unnest(CAST(:modes AS text[]), CAST(:limits AS integer[])) AS wanted (mode, limit_s)
JOIN network.origins o ON o.graph_id = :graph_id AND o.mode = wanted.mode
JOIN network.release_origins r ON r.origins_id = o.id AND r.release_id = :release_id
WHERE NOT EXISTS (
  SELECT FROM supply.placement p
  LEFT JOIN network.travel_time t
    ON t.origins_id = o.id AND t.lon = ST_X(p.geom) AND t.lat = ST_Y(p.geom) AND t.limit_s >= wanted.limit_s
  WHERE p.release_id = :release_id AND p.geom IS NOT NULL
    AND p.location_class IN ('finess', 'housenumber', 'street') AND t.origins_id IS NULL)
