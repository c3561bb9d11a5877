-- What the server is: versions, clock, connections, and whether the account may take the reader's role.
SELECT current_setting('server_version_num')::integer / 10000 AS postgres,
  (SELECT extversion FROM pg_extension WHERE extname = 'postgis') AS postgis,
  EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'btree_gist') AS btree_gist,
  clock_timestamp() AS clock,
  current_setting('max_connections')::integer AS max_connections,
  EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = :reader AND pg_has_role(r.oid, 'MEMBER')) AS may_read
