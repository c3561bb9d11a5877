-- Head-counts by age class, under the slug of the profession.
INSERT INTO supply.age_count (source_file_id, profession, level, code, age_from, age_to, headcount)
SELECT :source_file_id, n.slug, a.level, a.code, a.age_from::smallint, a.age_to::smallint, a.headcount::integer
FROM staging.ages a
JOIN unnest(CAST(:written AS text[]), CAST(:slugs AS text[])) AS n (written, slug) ON n.written = a.profession
