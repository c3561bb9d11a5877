-- Sites found in the BAN inside their commune: same street and number, else the nearest number of the
-- street, else its middle. Among several streets the only one with that number stands; a loose one must have
-- it, one that is not written exactly so a number near it. Where a merged commune has two streets of one name,
-- an address that could be 300 m elsewhere is not found.
CREATE TEMP TABLE matched ON COMMIT DROP AS
WITH ban AS NOT MATERIALIZED (
  SELECT a.* FROM supply.address a
  JOIN ops.release_input i ON i.source_file_id = a.source_file_id AND i.release_id = :release_id
),
same AS MATERIALIZED (
  SELECT DISTINCT ON (aim.id) aim.id, b.geom, b.number, b.repetition
  FROM aim
  JOIN ban b ON b.commune_code = aim.ban_code AND b.street_key = aim.street_key AND b.number = aim.number
  ORDER BY aim.id, (b.repetition <> aim.repetition), b.ban_id
),
near AS MATERIALIZED (
  SELECT aim.id, house.*
  FROM aim
  CROSS JOIN LATERAL (
    SELECT b.geom, b.number, b.repetition
    FROM ban b
    WHERE b.number IS NOT NULL AND b.commune_code = aim.ban_code AND b.street_key = aim.street_key
    ORDER BY abs(b.number - aim.number), (b.repetition <> aim.repetition), b.ban_id
    LIMIT 1
  ) house
  WHERE aim.number IS NOT NULL AND NOT EXISTS (SELECT FROM same WHERE same.id = aim.id)
),
candidate AS (
  SELECT aim.*, house.geom, house.number AS found, house.repetition AS found_repetition,
         coalesce(house.number = aim.number, false) AS agrees,
         count(*) OVER (PARTITION BY aim.site_id) AS rivals,
         count(*) FILTER (WHERE house.number = aim.number) OVER (PARTITION BY aim.site_id) AS agreeing
  FROM aim
  LEFT JOIN (SELECT * FROM same UNION ALL SELECT * FROM near) house ON house.id = aim.id
),
kept AS MATERIALIZED (
  SELECT c.* FROM candidate c
  WHERE CASE WHEN c.agrees THEN c.agreeing = 1
             ELSE c.rivals = 1 AND NOT c.loose
               AND (c.method = 'ban_exact' OR abs(coalesce(c.found - c.number, 0)) <= :numbers_off) END
    AND (NOT c.homonyms OR (c.geom IS NOT NULL AND NOT EXISTS (
      SELECT FROM ban other
      WHERE other.commune_code = c.ban_code AND other.street_key = c.street_key
        AND abs(other.number - c.number) <= abs(c.found - c.number) + 2
        AND ST_Distance(other.geom::geography, c.geom::geography) > 300)))
)
SELECT k.site_id,
  CASE WHEN k.geom IS NOT NULL THEN k.geom ELSE (
    SELECT ST_ClosestPoint(ST_Collect(b.geom), ST_Centroid(ST_Collect(b.geom))) FROM ban b
    WHERE b.commune_code = k.ban_code AND b.street_key = k.street_key) END AS geom,
  CASE WHEN k.agrees THEN 'housenumber' ELSE 'street' END AS location_class,
  k.method,
  (k.score * CASE WHEN k.agrees AND k.found_repetition = k.repetition THEN 1.0
                  WHEN k.agrees THEN 0.9 ELSE 0.6 END)::real AS score
FROM kept k
