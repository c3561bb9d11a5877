-- Files of a release that are not those of the release before, register by register and part by part.
SELECT a.register, a.part, b.vintage AS vintage_before, a.vintage, b.rows_kept AS before, a.rows_kept AS after
FROM ops.release_input ia
JOIN ops.source_file a ON a.id = ia.source_file_id
JOIN ops.release_input ib ON ib.release_id = :before
JOIN ops.source_file b ON b.id = ib.source_file_id AND (b.register, b.part) = (a.register, a.part)
WHERE ia.release_id = :release_id AND a.id <> b.id
ORDER BY a.register, a.part
