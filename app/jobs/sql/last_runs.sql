-- How each source, and the making of a release, ended last: whatever ended last counts, a scheduled run or the
-- loading inside it. The départements of the BAN, which stand side by side, are told apart by their file. A
-- file that no register claimed counts until it passes under the same name, or was not given again for a month.
-- An interrupted run is taken up again: it says nothing yet. A release says itself that its graph is missing.
SELECT DISTINCT ON (making, subject) making, subject, register, file_name, status, message
FROM (
  SELECT *, task IN ('build', 'publication') AS making,
    CASE WHEN task IN ('build', 'publication') THEN ''
         WHEN register IS NULL OR register = 'ban' THEN concat_ws(' ', register, file_name)
         ELSE register END AS subject
  FROM ops.job_run
  WHERE task NOT IN ('publish', 'rollback', 'graph', 'times')
    AND status IN ('done', 'unchanged', 'refused', 'failed')
) run
WHERE register IS NOT NULL OR file_name IS NULL OR (
  finished_at > CAST(:now AS timestamptz) - interval '1 month'
  AND NOT EXISTS (
    SELECT FROM ops.job_run later
    WHERE later.id > run.id AND later.file_name = run.file_name AND later.status IN ('done', 'unchanged')))
ORDER BY making, subject, finished_at DESC, id DESC
