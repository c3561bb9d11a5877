-- What is practised in an area (WKB, EPSG:4326), a row a profession or group that has anybody there: located
-- places only, a person shared equally among all of his or her places, in the area or not (METHODS 1 and 2).
WITH area AS (SELECT ST_GeomFromWKB(:wkb, 4326) AS geom),
site AS MATERIALIZED (
  SELECT p.site_id
  FROM area a
  JOIN published.placement p ON ST_Intersects(p.geom, a.geom)
  WHERE p.location_class IN ('finess', 'housenumber', 'street')
),
person AS MATERIALIZED (
  SELECT DISTINCT p.practitioner_id
  FROM site
  JOIN published.practice p USING (site_id)
  WHERE p.valid @> CAST(:people_day AS date)
    AND CASE :scope WHEN 'ambulatory' THEN p.ambulatory ELSE p.liberal END
),
retained AS (
  SELECT DISTINCT m.profession_id, p.practitioner_id AS who, p.site_id
  FROM person
  JOIN published.practice p USING (practitioner_id)
  JOIN published.profession_member m
    ON m.profession_code = p.profession_code AND (m.skill_code IS NULL OR m.skill_code = ANY (p.skills))
  WHERE p.valid @> CAST(:people_day AS date)
    AND CASE :scope WHEN 'ambulatory' THEN p.ambulatory ELSE p.liberal END
),
shared AS (
  SELECT profession_id, who, site_id,
         1.0 / count(*) OVER (PARTITION BY profession_id, who) AS weight
  FROM retained
  UNION ALL
  SELECT DISTINCT m.profession_id, e.id, e.site_id, 1.0
  FROM site
  JOIN published.establishment e USING (site_id)
  JOIN published.profession_member m ON m.category_code = ANY (e.kinds)
  WHERE e.valid @> CAST(:places_day AS date)
)
SELECT profession_id, count(DISTINCT who) AS headcount, CAST(sum(weight) AS double precision) AS weight,
       count(DISTINCT site_id) AS sites
FROM shared
JOIN site USING (site_id)
GROUP BY profession_id
