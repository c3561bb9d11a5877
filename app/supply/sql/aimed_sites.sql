-- Streets that each site's address may mean: the one so written; else those of the same name whatever their
-- type, if there is one, or if no type is written (the house number then decides).
CREATE TEMP TABLE aim ON COMMIT DROP AS
WITH exact AS (
  SELECT w.site_id, s.street_key
  FROM wanted w
  JOIN ban_street s ON s.commune_code = w.ban_code AND s.street_key = w.street_key
),
untyped AS (
  SELECT w.site_id, s.street_key, w.street_key = w.street_core AS bare,
         count(*) OVER (PARTITION BY w.site_id) AS rivals
  FROM wanted w
  JOIN ban_street s ON s.commune_code = w.ban_code AND s.street_core = w.street_core
  WHERE NOT EXISTS (SELECT FROM exact WHERE exact.site_id = w.site_id)
)
SELECT site_id, street_key, 'ban_exact' AS method, 1.0::real AS score FROM exact
UNION ALL
SELECT site_id, street_key, 'ban_without_type', 0.9 FROM untyped WHERE rivals = 1 OR bare
