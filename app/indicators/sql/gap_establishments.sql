-- Establishments at the located sites of some communes, or at some sites, in the columns of gap_practices.sql.
SELECT DISTINCT m.profession_id, e.id AS who, e.site_id, 1.0 AS weight, e.territories
FROM published.establishment e
JOIN published.profession_member m ON m.category_code = ANY (e.kinds)
WHERE m.profession_id = ANY (:professions) AND e.valid @> CAST(:vintage AS date)
  AND (e.territories && CAST(:communes AS integer[]) OR e.site_id = ANY (:sites))
  AND e.geom IS NOT NULL AND e.location_class IN ('finess', 'housenumber', 'street')
ORDER BY m.profession_id, e.id, e.site_id
