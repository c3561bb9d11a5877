-- Where each site is and how well that is known: coordinates of FINESS, by its number then by SIRET, then
-- what its address was matched with. A SIRET that stands for places apart, or lies away from the address,
-- says nothing. Points more than 5 km from the commune written beside them, or drawn in another département,
-- are refused (what the BAN lists inside the commune is only checked by its frame). A town is not a place: no
-- point then (METHODS 2). A site of the past is where FINESS last drew it.
CREATE TEMP TABLE placed ON COMMIT DROP AS
WITH open AS (
  SELECT finess, siret, geom FROM supply.establishment
  WHERE valid @> CAST(:finess_vintage AS date) AND geom IS NOT NULL
),
last AS (
  SELECT DISTINCT ON (finess) finess, geom FROM supply.establishment
  WHERE lower(valid) <= CAST(:finess_vintage AS date) AND geom IS NOT NULL
  ORDER BY finess, lower(valid) DESC
),
company AS (
  SELECT siret, (array_agg(geom ORDER BY finess))[1] AS geom
  FROM open WHERE siret IS NOT NULL
  GROUP BY siret HAVING ST_MaxDistance(ST_Collect(geom), ST_Collect(geom)) < 0.001
),
way AS (
  SELECT w.site_id, 1 AS rank, e.geom, 'finess' AS location_class, 'finess' AS method, 1.0::real AS score
  FROM wanted w JOIN open e ON e.finess = w.finess
  UNION ALL
  SELECT w.site_id, 1, l.geom, 'finess', 'finess', 1.0
  FROM wanted w JOIN last l ON l.finess = w.finess
  WHERE w.past
  UNION ALL
  SELECT w.site_id, 2, y.geom, 'finess', 'siret', 0.95
  FROM wanted w
  JOIN company y ON y.siret = w.siret
  LEFT JOIN matched m ON m.site_id = w.site_id
  WHERE w.finess IS NULL AND (m.geom IS NULL OR ST_DWithin(m.geom::geography, y.geom::geography, 300))
  UNION ALL
  SELECT site_id, 3, geom, location_class, method, score FROM matched
),
best AS (
  SELECT DISTINCT ON (way.site_id) way.*
  FROM way
  JOIN wanted w ON w.site_id = way.site_id
  LEFT JOIN chosen c ON c.level = 'commune' AND c.code = w.commune_code
  WHERE CASE
    WHEN way.method LIKE 'ban%' THEN c.geom IS NULL OR way.geom && ST_Expand(c.geom, 0.07)
    ELSE (c.geom IS NULL OR ST_DWithin(way.geom::geography, c.geom::geography, 5000))
      AND NOT EXISTS (
        SELECT FROM chosen o
        WHERE o.level = 'commune' AND ST_Intersects(o.geom, way.geom)
          AND o.departement_code <> coalesce(c.departement_code,
            left(w.commune_code, CASE WHEN w.commune_code LIKE '97%' THEN 3 ELSE 2 END))) END
  ORDER BY way.site_id, way.rank
)
SELECT w.site_id, w.commune_code, w.postcode, b.geom, b.score,
  coalesce(b.location_class, CASE WHEN w.commune_code IS NOT NULL THEN 'municipality' ELSE 'none' END)
    AS location_class,
  coalesce(b.method, CASE WHEN w.commune_code IS NOT NULL THEN 'commune' ELSE 'none' END) AS method
FROM wanted w
LEFT JOIN best b ON b.site_id = w.site_id
