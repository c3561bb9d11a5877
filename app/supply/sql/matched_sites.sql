-- Sites found in the BAN inside their commune: same street and number, else the nearest number of the
-- street, else its middle. A street without its type counts only if the commune has one street so named.
-- Where a merged commune has two streets of one name, an address that could be 300 m elsewhere is not found.
CREATE TEMP TABLE matched ON COMMIT DROP AS
WITH ban AS NOT MATERIALIZED (
  SELECT a.* FROM supply.address a
  JOIN ops.release_input i ON i.source_file_id = a.source_file_id AND i.release_id = :release_id
),
street AS (
  SELECT commune_code, street_key, min(street_core) AS street_core,
         count(DISTINCT CASE WHEN split_part(ban_id, '_', 3) <> '' THEN split_part(ban_id, '_', 2) END) > 1
           AS homonyms,
         ST_ClosestPoint(ST_Collect(geom), ST_Centroid(ST_Collect(geom))) AS middle
  FROM ban GROUP BY commune_code, street_key
),
lone AS (
  SELECT commune_code, street_core, min(street_key) AS street_key
  FROM street GROUP BY commune_code, street_core HAVING count(*) = 1
),
aim AS (
  SELECT w.site_id, w.commune_code, w.number, w.repetition, coalesce(exact.street_key, lone.street_key)
         AS street_key, exact.street_key IS NOT NULL AS typed
  FROM wanted w
  LEFT JOIN street exact ON exact.commune_code = w.commune_code AND exact.street_key = w.street_key
  LEFT JOIN lone ON lone.commune_code = w.commune_code AND lone.street_core = w.street_core
  WHERE coalesce(exact.street_key, lone.street_key) IS NOT NULL
)
SELECT aim.site_id,
  coalesce(house.geom, street.middle) AS geom,
  CASE WHEN house.number = aim.number THEN 'housenumber' ELSE 'street' END AS location_class,
  CASE WHEN aim.typed THEN 'ban_exact' ELSE 'ban_without_type' END AS method,
  (CASE WHEN house.number = aim.number AND house.repetition = aim.repetition THEN 1.0
        WHEN house.number = aim.number THEN 0.9 ELSE 0.6 END
   * CASE WHEN aim.typed THEN 1.0 ELSE 0.9 END)::real AS score
FROM aim
JOIN street ON street.commune_code = aim.commune_code AND street.street_key = aim.street_key
LEFT JOIN LATERAL (
  SELECT b.geom, b.number, b.repetition
  FROM ban b
  WHERE aim.number IS NOT NULL AND b.number IS NOT NULL
    AND b.commune_code = aim.commune_code AND b.street_key = aim.street_key
  ORDER BY abs(b.number - aim.number), (b.repetition <> aim.repetition), b.ban_id
  LIMIT 1
) house ON true
WHERE NOT street.homonyms OR (house.geom IS NOT NULL AND NOT EXISTS (
  SELECT FROM ban other
  WHERE other.commune_code = aim.commune_code AND other.street_key = aim.street_key
    AND abs(other.number - aim.number) <= abs(house.number - aim.number) + 2
    AND ST_Distance(other.geom::geography, house.geom::geography) > 300))
