-- A country's people are joined and sorted in memory rather than on disk, for this transaction alone.
SET LOCAL work_mem = '192MB'; SET LOCAL maintenance_work_mem = '512MB';
