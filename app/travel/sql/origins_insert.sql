-- A new set of origins; two builds at once make one.
INSERT INTO network.origins (graph_id, mode, fingerprint, level, territory_ids, snap_m)
VALUES (:graph_id, :mode, :fingerprint, :level, :territory_ids, :snap_m)
ON CONFLICT (graph_id, mode, fingerprint) DO UPDATE SET level = excluded.level
RETURNING id
