-- The graph that answers for a mode: the one whose times the release shows, else the release's own, else the
-- one built last.
SELECT g.id, g.fingerprint, g.file_name, ST_AsBinary(g.coverage) AS coverage, g.feed_first, g.feed_last,
       g.feed_day
FROM published.graph g
WHERE :mode = ANY (g.modes)
ORDER BY EXISTS (SELECT FROM published.release_origins o
                 WHERE o.graph_id = g.id AND o.mode = :mode AND o.release_id = :release_id) DESC,
         EXISTS (SELECT FROM published.release_graph r
                 WHERE r.graph_id = g.id AND r.release_id = :release_id) DESC,
         g.made_at DESC, g.id DESC
LIMIT 1
