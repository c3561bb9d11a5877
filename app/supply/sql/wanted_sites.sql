-- Sites in use on the release's dates, with the commune that their address means: the register's code (a
-- merged commune becomes the new one), the CEDEX table, the postcode and town, a postcode of one commune.
CREATE TEMP TABLE wanted ON COMMIT DROP AS
WITH used AS (
  SELECT site_id FROM supply.practice WHERE valid @> CAST(:vintage AS date)
  UNION
  SELECT site_id FROM supply.establishment WHERE valid @> CAST(:finess_vintage AS date)
),
town AS (
  SELECT DISTINCT l.postcode, l.town_key, l.commune_code
  FROM supply.locality l
  JOIN ops.release_input i ON i.source_file_id = l.source_file_id AND i.release_id = :release_id
),
named AS (SELECT postcode, town_key, min(commune_code) AS commune_code FROM town
          GROUP BY 1, 2 HAVING count(DISTINCT commune_code) = 1),
single AS (SELECT postcode, min(commune_code) AS commune_code FROM town
           GROUP BY 1 HAVING count(DISTINCT commune_code) = 1),
business AS (SELECT c.cedex, min(c.commune_code) AS commune_code
             FROM supply.cedex c
             JOIN ops.release_input i ON i.source_file_id = c.source_file_id AND i.release_id = :release_id
             GROUP BY 1 HAVING count(DISTINCT c.commune_code) = 1),
merged AS (SELECT DISTINCT a.old_commune_code, a.commune_code
           FROM supply.address a
           JOIN ops.release_input i ON i.source_file_id = a.source_file_id AND i.release_id = :release_id
           WHERE a.old_commune_code IS NOT NULL AND a.old_commune_code <> a.commune_code)
SELECT s.id AS site_id, s.finess, s.street_key, s.street_core, s.number::integer AS number,
  coalesce(s.repetition, '') AS repetition,
  CASE WHEN NOT s.abroad THEN coalesce(s.postcode, s.cedex) END AS postcode,
  CASE WHEN NOT s.abroad THEN coalesce(m.commune_code, s.commune_code, b.commune_code, n.commune_code,
                                       o.commune_code) END AS commune_code
FROM used
JOIN supply.site s ON s.id = used.site_id
LEFT JOIN merged m ON m.old_commune_code = s.commune_code
  AND NOT EXISTS (SELECT FROM town WHERE town.commune_code = s.commune_code)
LEFT JOIN business b ON b.cedex = s.cedex
LEFT JOIN named n ON n.postcode = s.postcode AND n.town_key = s.town_key
LEFT JOIN single o ON o.postcode = s.postcode
