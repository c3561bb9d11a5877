-- Every chosen territory with all that hold it: communes, what stands above them, and for squares and IRIS
-- the smaller territories around their point.
INSERT INTO territory.membership (release_id, territory_id, parents)
WITH above AS (
  SELECT c.id AS commune_id, up.id AS parent_id
  FROM chosen c
  JOIN chosen up ON (up.level = 'epci' AND up.code = c.epci_code)
                 OR (up.level = 'departement' AND up.code = c.departement_code)
                 OR (up.level = 'region' AND up.code = c.region_code)
  WHERE c.level = 'commune'
),
link AS (
  SELECT id, commune_id AS parent_id FROM in_commune
  UNION
  SELECT i.id, a.parent_id FROM in_commune i JOIN above a USING (commune_id)
  UNION
  SELECT commune_id, parent_id FROM above
  UNION
  SELECT d.id, r.id FROM chosen d JOIN chosen r ON r.level = 'region' AND r.code = d.region_code
  WHERE d.level = 'departement'
  UNION
  SELECT small.id, around.id
  FROM chosen around
  CROSS JOIN LATERAL (
    SELECT id FROM chosen
    WHERE (level = 'carreau' OR (level = 'iris' AND around.level = 'quartier'))
      AND ST_Intersects(around.geom, point)
    OFFSET 0) small
  WHERE around.level IN ('iris', 'quartier', 'qpv')
)
SELECT :release_id, t.id,
       coalesce(array_agg(l.parent_id ORDER BY l.parent_id) FILTER (WHERE l.parent_id IS NOT NULL), '{}')
FROM chosen t
LEFT JOIN link l ON l.id = t.id
GROUP BY t.id
