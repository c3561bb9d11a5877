-- A country's people are joined and sorted in memory rather than on disk, for this transaction alone; its tables
-- are so plain that few of their rows tell how to read them.
SET LOCAL work_mem = '192MB'; SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL default_statistics_target = 10;
