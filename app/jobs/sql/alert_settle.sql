-- Settles the open problems that are not found any more.
UPDATE ops.alert SET settled_at = :now
WHERE settled_at IS NULL AND NOT problem = ANY(CAST(:found AS text[]))
