-- Reference counts under the slug of the profession; of several years of one territory, the newest.
INSERT INTO indicator.reference (source_file_id, level, code, profession, headcount, density, origin, year)
SELECT DISTINCT ON (r.level, r.code, n.slug) :source_file_id, r.level, r.code, n.slug,
  r.headcount::double precision, r.density::double precision, r.origin, r.year::smallint
FROM staging.reference r
JOIN unnest(CAST(:written AS text[]), CAST(:slugs AS text[])) AS n (written, slug) ON n.written = r.profession
ORDER BY r.level, r.code, n.slug, r.year::smallint DESC
