-- Placements of a release as columns of big-endian int4: site, whether it has a point, how many territories
-- hold it, and their numbers in PostgreSQL's binary form of an array.
SELECT
  coalesce(string_agg(int4send(site_id), ''), '') AS site,
  coalesce(string_agg(int4send((geom IS NOT NULL)::integer), ''), '') AS located,
  coalesce(string_agg(int4send(cardinality(territories)), ''), '') AS length,
  coalesce(string_agg(array_send(territories), ''), '') AS territories
FROM supply.placement
WHERE release_id = :release_id
