-- When each source was last looked at by the schedule, and found well.
SELECT DISTINCT ON (register) register, started_at
FROM ops.job_run
WHERE task = 'source' AND status IN ('done', 'unchanged')
ORDER BY register, id DESC
