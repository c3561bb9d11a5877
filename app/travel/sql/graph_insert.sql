-- A built graph, told once; built again for the newest extract of the same bytes, it says so.
INSERT INTO network.graph (fingerprint, source_file_id, file_name, valhalla_version, modes, coverage,
                           feed_first, feed_last, feed_sha256, feed_day)
VALUES (:fingerprint,
        (SELECT max(id) FROM ops.source_file WHERE register = 'osm' AND sha256 = :sha256),
        :file_name, :valhalla_version, :modes, ST_GeomFromWKB(:coverage, 4326), :feed_first, :feed_last,
        :feed_sha256, :feed_day)
ON CONFLICT (fingerprint) DO UPDATE SET
  source_file_id = coalesce(excluded.source_file_id, network.graph.source_file_id),
  feed_sha256 = excluded.feed_sha256, made_at = now()
RETURNING id
