-- Heads of each profession at the located sites inside some QPV, and in the rest of its communes: each person once
-- a side, liberal practitioners at :person_day, establishments at :establishment_day.
WITH located AS (
  SELECT m.profession_id, p.practitioner_id AS who, p.territories && CAST(:qpv AS integer[]) AS inside
  FROM published.practice p
  JOIN published.profession_member m
    ON m.profession_code = p.profession_code AND (m.skill_code IS NULL OR m.skill_code = ANY (p.skills))
  WHERE p.territories && CAST(:communes AS integer[]) AND p.valid @> CAST(:person_day AS date) AND p.liberal
    AND p.geom IS NOT NULL AND p.location_class IN ('finess', 'housenumber', 'street')
  UNION ALL
  SELECT m.profession_id, e.id, e.territories && CAST(:qpv AS integer[])
  FROM published.establishment e
  JOIN published.profession_member m ON m.category_code = ANY (e.kinds)
  WHERE e.territories && CAST(:communes AS integer[]) AND e.valid @> CAST(:establishment_day AS date)
    AND e.geom IS NOT NULL AND e.location_class IN ('finess', 'housenumber', 'street')
)
SELECT profession_id, count(DISTINCT who) FILTER (WHERE inside) AS inside,
  count(DISTINCT who) FILTER (WHERE NOT inside) AS outside
FROM located
GROUP BY profession_id
