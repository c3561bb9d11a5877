-- What the server is: versions, clock, connections.
SELECT current_setting('server_version_num')::integer / 10000 AS postgres,
  (SELECT extversion FROM pg_extension WHERE extname = 'postgis') AS postgis,
  EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'btree_gist') AS btree_gist,
  clock_timestamp() AS clock,
  current_setting('max_connections')::integer AS max_connections
