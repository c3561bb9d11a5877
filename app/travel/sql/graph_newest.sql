-- The graphs of the store, the newest first, with how many places have their times.
SELECT g.id, g.fingerprint, g.file_name, g.valhalla_version, g.modes, g.feed_first, g.feed_last, g.made_at,
       ST_AsBinary(g.coverage) AS coverage
FROM network.graph g
ORDER BY g.made_at DESC, g.id DESC
