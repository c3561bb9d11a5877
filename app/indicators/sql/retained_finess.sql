-- Establishments in force as retained_establishments.sql gives them, but under the same number whenever they
-- are: a FINESS number whose name or address changed has several rows.
WITH first AS (SELECT finess, min(id) AS id FROM supply.establishment GROUP BY finess)
SELECT
  coalesce(string_agg(int4send(f.id), ''), '') AS person,
  coalesce(string_agg(int4send(e.site_id), ''), '') AS site,
  coalesce(string_agg(int4send(m.profession_id), ''), '') AS profession
FROM supply.establishment e
JOIN first f USING (finess)
JOIN indicator.profession_member m ON m.category_code = e.category_code
JOIN indicator.release_profession r ON r.profession_id = m.profession_id AND r.release_id = :release_id
WHERE e.valid @> CAST(:finess_vintage AS date)
