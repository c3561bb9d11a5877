-- Sites found in the BAN inside their commune: same street and number, else the nearest number of the
-- street, else its middle. Among several streets the only one with that number stands. A street that is only
-- resembled must have the number, or be nearly sure. Where a merged commune has two streets of one name, an
-- address that could be 300 m elsewhere is not found.
CREATE TEMP TABLE matched ON COMMIT DROP AS
WITH ban AS NOT MATERIALIZED (
  SELECT a.* FROM supply.address a
  JOIN ops.release_input i ON i.source_file_id = a.source_file_id AND i.release_id = :release_id
),
street AS (
  SELECT aimed.commune_code, aimed.street_key,
         count(DISTINCT CASE WHEN split_part(ban.ban_id, '_', 3) <> '' THEN split_part(ban.ban_id, '_', 2) END)
           > 1 AS homonyms
  FROM (SELECT DISTINCT w.ban_code AS commune_code, aim.street_key FROM aim JOIN wanted w USING (site_id)) aimed
  JOIN ban ON ban.commune_code = aimed.commune_code AND ban.street_key = aimed.street_key
  GROUP BY 1, 2
),
candidate AS (
  SELECT aim.site_id, aim.street_key, aim.method, aim.score, w.ban_code, w.number, w.repetition,
         street.homonyms, house.geom, house.number AS found, house.repetition AS found_repetition,
         coalesce(house.number = w.number, false) AS agrees,
         count(*) OVER (PARTITION BY aim.site_id) AS rivals,
         count(*) FILTER (WHERE house.number = w.number) OVER (PARTITION BY aim.site_id) AS agreeing
  FROM aim
  JOIN wanted w USING (site_id)
  JOIN street ON street.commune_code = w.ban_code AND street.street_key = aim.street_key
  LEFT JOIN LATERAL (
    SELECT b.geom, b.number, b.repetition
    FROM ban b
    WHERE w.number IS NOT NULL AND b.number IS NOT NULL
      AND b.commune_code = w.ban_code AND b.street_key = aim.street_key
    ORDER BY abs(b.number - w.number), (b.repetition <> w.repetition), b.ban_id
    LIMIT 1
  ) house ON true
)
SELECT c.site_id,
  coalesce(c.geom, middle.geom) AS geom,
  CASE WHEN c.agrees THEN 'housenumber' ELSE 'street' END AS location_class,
  c.method,
  (c.score * CASE WHEN c.agrees AND c.found_repetition = c.repetition THEN 1.0
                  WHEN c.agrees THEN 0.9 ELSE 0.6 END)::real AS score
FROM candidate c
LEFT JOIN LATERAL (
  SELECT ST_ClosestPoint(ST_Collect(b.geom), ST_Centroid(ST_Collect(b.geom))) AS geom
  FROM ban b
  WHERE c.geom IS NULL AND b.commune_code = c.ban_code AND b.street_key = c.street_key
) middle ON true
WHERE CASE WHEN c.agrees THEN c.agreeing = 1
           ELSE c.rivals = 1 AND (c.method <> 'ban_fuzzy'
             OR (c.score >= :sure AND abs(coalesce(c.found - c.number, 0)) <= :numbers_off)) END
  AND (NOT c.homonyms OR (c.geom IS NOT NULL AND NOT EXISTS (
    SELECT FROM ban other
    WHERE other.commune_code = c.ban_code AND other.street_key = c.street_key
      AND abs(other.number - c.number) <= abs(c.found - c.number) + 2
      AND ST_Distance(other.geom::geography, c.geom::geography) > 300)))
