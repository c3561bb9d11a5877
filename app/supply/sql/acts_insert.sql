-- Practitioners and their acts a year, under the slug of the profession.
INSERT INTO supply.act_count (source_file_id, profession, level, code, headcount, acts)
SELECT :source_file_id, n.slug, a.level, a.code, a.headcount::integer, a.acts::integer
FROM staging.actes a
JOIN unnest(CAST(:written AS text[]), CAST(:slugs AS text[])) AS n (written, slug) ON n.written = a.profession
