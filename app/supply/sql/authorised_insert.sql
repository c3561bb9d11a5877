-- Establishments authorised to an activity that is counted, once whatever the forms it takes.
INSERT INTO supply.authorised (source_file_id, finess, kind)
SELECT DISTINCT :source_file_id, a.finess, c.kind
FROM staging.activites a
JOIN unnest(CAST(:activities AS text[]), CAST(:forms AS text[]), CAST(:kinds AS text[]))
  AS c (activity, form, kind) ON c.activity = a.activity AND c.form = coalesce(a.form, '')
