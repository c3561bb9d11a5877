-- For each scheduled name, its last run that ended well and all those after it, in the order they began.
WITH good AS (
  SELECT register, max(id) AS id
  FROM ops.job_run
  WHERE task IN ('source', 'publication') AND status IN ('done', 'unchanged')
  GROUP BY register
)
SELECT run.register, run.status, run.started_at, run.finished_at
FROM ops.job_run run
LEFT JOIN good ON good.register = run.register
WHERE run.task IN ('source', 'publication') AND run.id >= coalesce(good.id, 0)
ORDER BY run.id
