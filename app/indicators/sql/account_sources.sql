-- Files of the published release, and the newest file of each that is loaded but not published yet.
SELECT s.register, s.part, s.variant, s.vintage, s.rows_in, s.rows_kept, s.rows_rejected, s.rejects, s.notes,
  s.last_success_at, s.last_data_change_at,
  (SELECT max(l.vintage) FROM published.loaded_source l
   WHERE (l.register, l.part) = (s.register, s.part) AND l.vintage > s.vintage) AS waiting
FROM published.source s
ORDER BY s.register, s.part, s.vintage
