-- The last finished run of each task on each register; files that no register claimed, and the départements
-- of the BAN, which stand side by side, are told apart by their name. An interrupted run is taken up again:
-- it says nothing yet.
SELECT DISTINCT ON (task, subject) task, subject, register, file_name, status, message
FROM (
  SELECT *, CASE WHEN register IS NULL OR register = 'ban' THEN concat_ws(' ', register, file_name)
                 ELSE register END AS subject
  FROM ops.job_run
  WHERE task NOT IN ('publish', 'rollback') AND status IN ('done', 'unchanged', 'refused', 'failed')
) run
ORDER BY task, subject, id DESC
