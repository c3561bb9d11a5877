-- Which part of each inhabited piece of a square lies in each quartier, QPV or perimeter.
CREATE TEMP TABLE need_met ON COMMIT DROP AS
SELECT t.id AS territory_id, p.iris_id, p.cell_id,
       CASE WHEN ST_Covers(t.geom, p.geom) THEN 1.0
         ELSE ST_Area(ST_Intersection(p.geom, t.geom)) / nullif(ST_Area(p.geom), 0) END AS part
FROM chosen t
CROSS JOIN LATERAL (
  SELECT * FROM piece
  WHERE people > 0 AND cell_id IS NOT NULL AND ST_Intersects(t.geom, geom) OFFSET 0) p
WHERE t.level IN ('quartier', 'qpv', 'perimetre')
