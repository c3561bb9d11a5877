-- Population of IRIS in long form: one row an age class and sex; women 15-49 add a third of 45-59
-- (INSEE gives no finer class).
INSERT INTO territory.iris_population (source_file_id, iris_code, age_class, sex, value)
SELECT DISTINCT ON (s.iris_code, c.age_class, c.sex)
       :source_file_id, s.iris_code, c.age_class, c.sex, c.value
FROM staging.iris_population s
CROSS JOIN LATERAL (VALUES
  ('all', 'T', s.pop::float), ('all', 'H', s.poph::float), ('all', 'F', s.popf::float),
  ('0-14', 'T', s.pop0014::float), ('15-29', 'T', s.pop1529::float), ('30-44', 'T', s.pop3044::float),
  ('45-59', 'T', s.pop4559::float), ('60-74', 'T', s.pop6074::float), ('75+', 'T', s.pop75p::float),
  ('0-14', 'H', s.h0014::float), ('15-29', 'H', s.h1529::float), ('30-44', 'H', s.h3044::float),
  ('45-59', 'H', s.h4559::float), ('60-74', 'H', s.h6074::float), ('75+', 'H', s.h75p::float),
  ('0-14', 'F', s.f0014::float), ('15-29', 'F', s.f1529::float), ('30-44', 'F', s.f3044::float),
  ('45-59', 'F', s.f4559::float), ('60-74', 'F', s.f6074::float), ('75+', 'F', s.f75p::float),
  ('15-49', 'F', s.f1529::float + s.f3044::float + s.f4559::float / 3)
) c (age_class, sex, value)
WHERE c.value IS NOT NULL
