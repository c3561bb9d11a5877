-- One to one: a line speaks of those at its very address, else of those of its commune, and of nobody when
-- they are several people; a practice is told by the lines at its very address, else by those of its commune.
CREATE TEMP TABLE convention_kept ON COMMIT DROP AS
WITH nearest AS (
  SELECT *, bool_or(near) OVER (PARTITION BY line_id) AS line_near FROM convention_fit
),
spoken AS (
  SELECT line_id, practice_id, near, convention,
         min(practitioner_id) OVER line <> max(practitioner_id) OVER line AS doubtful
  FROM nearest
  WHERE near = line_near
  WINDOW line AS (PARTITION BY line_id)
),
ranked AS (SELECT *, bool_or(near) OVER (PARTITION BY practice_id) AS practice_near FROM spoken)
SELECT line_id, practice_id, convention, doubtful FROM ranked WHERE near = practice_near
