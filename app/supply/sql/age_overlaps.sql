-- Classes of one profession and territory that share an age: people would count twice.
WITH named AS (
  SELECT n.slug, a.level, a.code, a.age_from::integer AS age_from, a.age_to::integer AS age_to,
         row_number() OVER () AS line
  FROM staging.ages a
  JOIN unnest(CAST(:written AS text[]), CAST(:slugs AS text[])) AS n (written, slug) ON n.written = a.profession
)
SELECT a.slug AS profession, a.level, a.code, a.age_from, a.age_to, b.age_from AS other_from,
       b.age_to AS other_to
FROM named a
JOIN named b ON (a.slug, a.level, a.code) = (b.slug, b.level, b.code) AND a.line < b.line
WHERE a.age_from <= b.age_to AND b.age_from <= a.age_to
ORDER BY a.line, b.line
LIMIT 1
