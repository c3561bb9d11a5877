-- Located sites outside some QPV, at most so many metres from their border, on the ellipsoid.
WITH area AS MATERIALIZED (
  SELECT q.id, CAST(q.geom AS geography) AS geom,
         CAST(ST_Buffer(CAST(q.geom AS geography), :metres + 20) AS geometry) AS around
  FROM published.territory q
  WHERE q.id = ANY (:qpv)
)
SELECT a.id AS qpv_id, p.site_id
FROM area a
-- The frame of the belt finds by index what the exact distance then keeps.
JOIN published.placement p ON p.geom && a.around
WHERE p.location_class IN ('finess', 'housenumber', 'street')
  AND NOT p.territories @> ARRAY[a.id]
  AND ST_DWithin(CAST(p.geom AS geography), a.geom, :metres)
ORDER BY a.id, p.site_id
