-- One to one: a line speaks of those at its very address, else of those of its commune, and of nobody when
-- they are several people; a practice is told by the lines at its very address, else by those of its commune.
CREATE TEMP TABLE convention_kept ON COMMIT DROP AS
WITH nearest AS (
  SELECT *, bool_or(near) OVER (PARTITION BY line_id) AS line_near FROM convention_fit
),
spoken AS (SELECT * FROM nearest WHERE near = line_near),
doubtful AS (SELECT line_id FROM spoken GROUP BY 1 HAVING count(DISTINCT practitioner_id) > 1),
ranked AS (
  SELECT spoken.*, bool_or(near) OVER (PARTITION BY practice_id) AS practice_near,
         EXISTS (SELECT FROM doubtful d WHERE d.line_id = spoken.line_id) AS doubtful
  FROM spoken
)
SELECT line_id, practice_id, convention, doubtful FROM ranked WHERE near = practice_near
