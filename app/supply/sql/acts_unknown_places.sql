-- Tell, among the file's remarks, how many of its territories the store does not hold.
UPDATE ops.source_file
SET notes = notes || format('territoires que l''observatoire ne connaît pas (%s)', unknown.count)
FROM (
  SELECT count(DISTINCT (a.level, a.code)) AS count
  FROM staging.actes a
  WHERE NOT EXISTS (SELECT FROM territory.territory t WHERE (t.level, t.code) = (a.level, a.code))
) unknown
WHERE id = :source_file_id AND unknown.count > 0
