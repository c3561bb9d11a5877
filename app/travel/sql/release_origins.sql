-- Whose times a release shows for a mode: its graph and set of origins.
SELECT origins_id, graph_id, level, territory_ids, snap_m
FROM published.release_origins
WHERE release_id = :release_id AND mode = :mode
