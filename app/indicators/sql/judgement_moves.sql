-- What became of the practices and the establishments of one release in the next, a row each: how many are
-- still there (the same person in the same profession, at the same site or at another; several are paired in
-- order), how many of these are well placed in both releases, and how many of those went further than the
-- distance, in metres. A site that the registers leave alone moves when its placement does.
WITH gone AS MATERIALIZED (
  SELECT practitioner_id AS who, profession_code AS what, site_id
  FROM supply.practised
  WHERE ambulatory AND valid @> CAST(:people_before AS date) AND NOT valid @> CAST(:people_after AS date)
),
come AS MATERIALIZED (
  SELECT practitioner_id AS who, profession_code AS what, site_id
  FROM supply.practised
  WHERE ambulatory AND valid @> CAST(:people_after AS date) AND NOT valid @> CAST(:people_before AS date)
),
closed AS (
  SELECT *, row_number() OVER (PARTITION BY who, what ORDER BY site_id) AS rank
  FROM (SELECT * FROM gone EXCEPT SELECT * FROM come) old
),
opened AS (
  SELECT *, row_number() OVER (PARTITION BY who, what ORDER BY site_id) AS rank
  FROM (SELECT * FROM come EXCEPT SELECT * FROM gone) new
),
pair AS (
  -- Most practices: in force on both days without any change.
  SELECT 'person' AS subject, site_id AS from_site, site_id AS to_site, count(*) AS kept
  FROM supply.practised
  WHERE ambulatory AND valid @> CAST(:people_before AS date) AND valid @> CAST(:people_after AS date)
  GROUP BY site_id
  UNION ALL
  SELECT 'person', site_id, site_id, 1
  FROM gone JOIN come USING (who, what, site_id)
  UNION ALL
  SELECT 'person', closed.site_id, opened.site_id, 1
  FROM closed JOIN opened USING (who, what, rank)
  UNION ALL
  SELECT 'establishment', b.site_id, a.site_id, 1
  FROM supply.establishment b
  JOIN supply.establishment a ON a.finess = b.finess AND a.valid @> CAST(:places_after AS date)
  WHERE b.valid @> CAST(:places_before AS date)
),
drawn AS (
  SELECT p.subject, p.kept, b.geom IS NOT NULL AND a.geom IS NOT NULL AS located,
    NOT b.geom ~= a.geom
      AND NOT ST_DWithin(b.geom::geography, a.geom::geography, CAST(:metres AS double precision)) AS far
  FROM pair p
  LEFT JOIN supply.placement b
    ON b.release_id = :before AND b.site_id = p.from_site AND b.location_class = ANY(:located)
  LEFT JOIN supply.placement a
    ON a.release_id = :release_id AND a.site_id = p.to_site AND a.location_class = ANY(:located)
)
SELECT subject, sum(kept)::integer AS kept,
  coalesce(sum(kept) FILTER (WHERE located), 0)::integer AS located,
  coalesce(sum(kept) FILTER (WHERE far), 0)::integer AS far
FROM drawn
GROUP BY subject
