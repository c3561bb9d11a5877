-- Placements of a release as columns of big-endian int4: site, whether it has a point, how many territories
-- hold it, and those territories one site after the other.
SELECT
  coalesce(string_agg(int4send(site_id), '' ORDER BY site_id), '') AS site,
  coalesce(string_agg(int4send((geom IS NOT NULL)::integer), '' ORDER BY site_id), '') AS located,
  coalesce(string_agg(int4send(cardinality(territories)), '' ORDER BY site_id), '') AS length,
  coalesce((SELECT string_agg(int4send(t), '' ORDER BY p.site_id)
            FROM supply.placement p CROSS JOIN LATERAL unnest(p.territories) t
            WHERE p.release_id = :release_id), '') AS territory
FROM supply.placement
WHERE release_id = :release_id
