-- The published release, and whose times it shows, mode by mode: what changes when there is something new to read.
SELECT r.id AS release_id, r.vintage, r.fingerprint, o.mode, o.graph_id, o.origins_id, g.fingerprint AS graph
FROM published.release r
LEFT JOIN published.release_origins o ON o.release_id = r.id
LEFT JOIN published.graph g ON g.id = o.graph_id
ORDER BY o.mode
