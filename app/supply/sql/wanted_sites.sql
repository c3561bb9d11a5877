-- Sites in use on the release's dates or on any day before (``past``), with the commune that their address
-- means: the register's code (a merged commune becomes the new one), the CEDEX table (the town's name chooses
-- among several), the postcode and town, a postcode of one commune, a town of that name alone in its
-- département.
-- ``ban_code`` is where the BAN lists its streets: Paris, Lyon and Marseille by arrondissement.
CREATE TEMP TABLE wanted ON COMMIT DROP AS
WITH ever AS (
  SELECT site_id, valid @> CAST(:vintage AS date) AS now FROM supply.practice
  WHERE lower(valid) <= CAST(:vintage AS date)
  UNION ALL
  SELECT site_id, valid @> CAST(:finess_vintage AS date) FROM supply.establishment
  WHERE lower(valid) <= CAST(:finess_vintage AS date)
),
used AS (SELECT site_id, NOT bool_or(now) AS past FROM ever GROUP BY site_id),
town AS (
  SELECT DISTINCT l.postcode, l.town_key, l.commune_code
  FROM supply.locality l
  JOIN ops.release_input i ON i.source_file_id = l.source_file_id AND i.release_id = :release_id
),
named AS (SELECT postcode, town_key, min(commune_code) AS commune_code FROM town
          GROUP BY 1, 2 HAVING count(DISTINCT commune_code) = 1),
single AS (SELECT postcode, min(commune_code) AS commune_code FROM town
           GROUP BY 1 HAVING count(DISTINCT commune_code) = 1),
alone AS (SELECT left(postcode, 2) AS departement, town_key, min(commune_code) AS commune_code FROM town
          GROUP BY 1, 2 HAVING count(DISTINCT commune_code) = 1),
office AS (SELECT DISTINCT c.cedex, c.commune_code
           FROM supply.cedex c
           JOIN ops.release_input i ON i.source_file_id = c.source_file_id AND i.release_id = :release_id),
business AS (SELECT cedex, min(commune_code) AS commune_code FROM office
             GROUP BY 1 HAVING count(*) = 1),
business_town AS (SELECT o.cedex, t.town_key, min(o.commune_code) AS commune_code
                  FROM office o JOIN town t ON t.commune_code = o.commune_code
                  GROUP BY 1, 2 HAVING count(DISTINCT o.commune_code) = 1),
merged AS (SELECT DISTINCT a.old_commune_code, a.commune_code
           FROM supply.address a
           JOIN ops.release_input i ON i.source_file_id = a.source_file_id AND i.release_id = :release_id
           WHERE a.old_commune_code IS NOT NULL AND a.old_commune_code <> a.commune_code),
-- Saint-Martin and Saint-Barthélemy left Guadeloupe; their postcodes and old codes stay in use.
departed (old_code, postcode, commune_code) AS (
  VALUES ('97127', '97150', '97801'), ('97123', '97133', '97701')),
known AS (
  SELECT s.id AS site_id, used.past, s.finess, s.siret, s.street_key, s.street_core,
    s.number::integer AS number,
    coalesce(s.repetition, '') AS repetition,
    CASE WHEN NOT s.abroad THEN coalesce(s.postcode, s.cedex) END AS postcode,
    CASE WHEN NOT s.abroad THEN coalesce(m.commune_code, d.commune_code, s.commune_code, b.commune_code,
      bt.commune_code, n.commune_code, o.commune_code, dp.commune_code, a.commune_code) END AS commune_code
  FROM used
  JOIN supply.site s ON s.id = used.site_id
  LEFT JOIN merged m ON m.old_commune_code = s.commune_code
    AND NOT EXISTS (SELECT FROM town WHERE town.commune_code = s.commune_code)
  LEFT JOIN departed d ON d.old_code = s.commune_code
  LEFT JOIN business b ON b.cedex = s.cedex
  LEFT JOIN business_town bt ON bt.cedex = s.cedex AND bt.town_key = s.town_key
  LEFT JOIN named n ON n.postcode = s.postcode AND n.town_key = s.town_key
  LEFT JOIN single o ON o.postcode = s.postcode
  LEFT JOIN departed dp ON dp.postcode = s.postcode
  LEFT JOIN alone a ON a.departement = left(coalesce(s.postcode, s.cedex), 2) AND a.town_key = s.town_key
)
SELECT k.site_id, k.past, k.finess, k.siret, k.street_key, k.street_core, k.number, k.repetition, k.postcode,
  CASE WHEN k.commune_code ~ '^751(0[1-9]|1\d|20)$' AND whole.paris THEN '75056'
       WHEN k.commune_code ~ '^6938[1-9]$' AND whole.lyon THEN '69123'
       WHEN k.commune_code ~ '^132(0[1-9]|1[0-6])$' AND whole.marseille THEN '13055'
       ELSE k.commune_code END AS commune_code,
  CASE WHEN k.commune_code = '75056' AND k.postcode ~ '^75(0(0[1-9]|1\d|20)|116)$'
         THEN '751' || right(k.postcode, 2)
       WHEN k.commune_code = '69123' AND k.postcode ~ '^6900[1-9]$' THEN '6938' || right(k.postcode, 1)
       WHEN k.commune_code = '13055' AND k.postcode ~ '^130(0[1-9]|1[0-6])$'
         THEN '132' || right(k.postcode, 2)
       ELSE k.commune_code END AS ban_code
FROM known k
-- The table of communes usually lists these three whole.
CROSS JOIN (SELECT coalesce(bool_or(code = '75056'), false) AS paris,
                   coalesce(bool_or(code = '69123'), false) AS lyon,
                   coalesce(bool_or(code = '13055'), false) AS marseille
            FROM chosen WHERE level = 'commune') whole
