-- What is known of each IRIS: INSEE's table where the release has one, the people of its squares otherwise.
CREATE TEMP TABLE iris_value ON COMMIT DROP AS
SELECT t.id AS iris_id, p.age_class, p.sex, p.value, 'iris' AS method
FROM chosen t
JOIN territory.iris_population p ON p.iris_code = t.code
JOIN ops.release_input i ON i.source_file_id = p.source_file_id AND i.release_id = :release_id
WHERE t.level = 'iris'
UNION ALL
SELECT iris_id, 'all', 'T', sum(people), 'cells'
FROM piece
WHERE iris_id IS NOT NULL AND NOT EXISTS (
  SELECT FROM territory.iris_population p
  JOIN ops.release_input i ON i.source_file_id = p.source_file_id AND i.release_id = :release_id
  JOIN chosen t ON t.code = p.iris_code AND t.level = 'iris'
  WHERE t.id = piece.iris_id)
GROUP BY iris_id
