-- A profession and territory that two lines speak of.
SELECT n.slug AS profession, a.level, a.code
FROM staging.actes a
JOIN unnest(CAST(:written AS text[]), CAST(:slugs AS text[])) AS n (written, slug) ON n.written = a.profession
GROUP BY n.slug, a.level, a.code
HAVING count(*) > 1
ORDER BY 1, 2, 3
LIMIT 1
