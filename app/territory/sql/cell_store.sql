-- People of each square. ``share`` is the part of the 40 000 m2 square that the file's polygon covers
-- (1 when whole): a square cut at a border carries the people of the whole square (FORMATS, Bondy).
INSERT INTO territory.cell (territory_id, people, share, households, poor_households,
                            single_parent_households, one_person_households, income_sum, ages, imputed)
SELECT DISTINCT ON (t.id) t.id, s.people::float,
  CASE WHEN covered.share > 0.9999 THEN 1.0 ELSE covered.share END,
  s.households::float, s.poor_households::float, s.single_parent_households::float,
  s.one_person_households::float, s.income_sum::float,
  CASE WHEN s.age_0_3 IS NOT NULL THEN ARRAY[s.age_0_3, s.age_4_5, s.age_6_10, s.age_11_17, s.age_18_24,
    s.age_25_39, s.age_40_54, s.age_55_64, s.age_65_79, s.age_80p]::float[] END,
  coalesce(s.imputed, '0') = '1'
FROM staging.filosofi s
JOIN territory.territory t
  ON t.source_file_id = :source_file_id AND t.level = 'carreau' AND t.code = s.code
CROSS JOIN LATERAL (SELECT ST_Area(ST_Transform(t.geom, 3035)) / 40000.0 AS share) covered
WHERE s.people IS NOT NULL
ORDER BY t.id
