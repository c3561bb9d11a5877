-- Opens the line of a run, its lock already held when others see it.
INSERT INTO ops.job_run (task, register, file_name, status)
VALUES (:task, :register, :file_name, 'running')
RETURNING id, pg_advisory_lock(:lock, id)
