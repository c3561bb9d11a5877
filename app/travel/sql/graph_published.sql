-- The published release (the one that is named, if any), and the graph that answers for each of some modes in it: the one whose times it
-- shows, else its own, else the one built last.
SELECT r.id AS release_id, r.vintage, r.fingerprint AS release_fingerprint, asked.mode, g.*
FROM published.release r
CROSS JOIN unnest(CAST(:modes AS text[])) AS asked (mode)
LEFT JOIN LATERAL (
  SELECT g.id, g.fingerprint, g.file_name, g.feed_first, g.feed_last, g.feed_day
  FROM published.graph g
  WHERE asked.mode = ANY (g.modes)
  ORDER BY EXISTS (SELECT FROM published.release_origins o
                   WHERE o.graph_id = g.id AND o.mode = asked.mode AND o.release_id = r.id) DESC,
           EXISTS (SELECT FROM published.release_graph s
                   WHERE s.graph_id = g.id AND s.release_id = r.id) DESC,
           g.made_at DESC, g.id DESC
  LIMIT 1
) g ON true
WHERE CAST(:release_id AS integer) IS NULL OR r.id = :release_id
