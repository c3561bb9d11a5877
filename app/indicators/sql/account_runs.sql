-- The last runs of the ledger, newest first.
SELECT task, register, file_name, status, started_at, finished_at
FROM published.run
ORDER BY id DESC
LIMIT :most
