-- Graphs that no release shows go, with their times; the one built last stays, since a person may just have
-- built it by hand.
DELETE FROM network.graph g
WHERE NOT EXISTS (SELECT FROM network.release_graph r WHERE r.graph_id = g.id)
  AND NOT EXISTS (SELECT FROM network.release_origins r JOIN network.origins o ON o.id = r.origins_id
                  WHERE o.graph_id = g.id)
  AND g.id <> (SELECT id FROM network.graph ORDER BY made_at DESC, id DESC LIMIT 1)
RETURNING g.fingerprint
