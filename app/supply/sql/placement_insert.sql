-- Placements of a release with every territory that holds them: small ones by the point, one a level;
-- communes by the point where they are drawn, by code otherwise; and what stands above the commune.
INSERT INTO supply.placement (release_id, site_id, geom, location_class, method, score, commune_id,
                              territories)
WITH around AS (
  SELECT DISTINCT ON (p.site_id, t.level) p.site_id, t.level, t.id
  FROM chosen t
  CROSS JOIN LATERAL (SELECT site_id FROM placed WHERE ST_Intersects(t.geom, placed.geom)) p
  WHERE t.level IN ('carreau', 'iris', 'quartier', 'qpv', 'commune', 'perimetre')
  ORDER BY p.site_id, t.level, t.id
),
small AS (
  SELECT site_id, array_agg(id) FILTER (WHERE level <> 'commune') AS ids,
         min(id) FILTER (WHERE level = 'commune') AS commune_id
  FROM around GROUP BY site_id
),
home AS (
  SELECT p.site_id, p.geom, p.location_class, p.method, p.score, s.ids, p.postcode,
         coalesce(s.commune_id, c.id) AS commune_id
  FROM placed p
  LEFT JOIN small s ON s.site_id = p.site_id
  LEFT JOIN chosen c ON c.level = 'commune' AND c.code = p.commune_code
)
SELECT :release_id, h.site_id, h.geom, h.location_class, h.method, h.score, h.commune_id,
  coalesce(h.ids, '{}')
  || CASE WHEN h.commune_id IS NOT NULL THEN ARRAY[h.commune_id] || m.parents
          ELSE coalesce(d.ids, '{}') END
FROM home h
LEFT JOIN territory.membership m ON m.release_id = :release_id AND m.territory_id = h.commune_id
LEFT JOIN LATERAL (
  SELECT ARRAY[t.id] || dm.parents AS ids
  FROM chosen t
  JOIN territory.membership dm ON dm.release_id = :release_id AND dm.territory_id = t.id
  WHERE h.commune_id IS NULL AND t.level = 'departement'
    AND t.code = CASE
      WHEN h.postcode = '97150' THEN '978'
      WHEN h.postcode = '97133' THEN '977'
      WHEN h.postcode ~ '^9[78]' THEN left(h.postcode, 3)
      WHEN h.postcode ~ '^20[01]' THEN '2A'
      WHEN h.postcode LIKE '20%' THEN '2B'
      ELSE left(h.postcode, 2) END
) d ON true
