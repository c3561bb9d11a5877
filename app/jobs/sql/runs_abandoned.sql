-- Ends the lines that say « running » and whose lock nobody holds: their process, machine or server stopped.
-- The open ones are listed first, so that no lock is tried for any other line.
WITH open AS MATERIALIZED (SELECT id FROM ops.job_run WHERE status = 'running')
UPDATE ops.job_run AS run
SET status = 'interrupted', message = :message, updated_at = now(), finished_at = now()
FROM open
WHERE run.id = open.id AND run.status = 'running' AND pg_try_advisory_xact_lock(:lock, open.id)
