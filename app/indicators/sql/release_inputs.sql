-- Files that make up a release at a date: of each register and part the newest not after it, otherwise
-- (a register that began later) the oldest.
SELECT DISTINCT ON (register, part) id, register, part, vintage, sha256
FROM ops.source_file
WHERE NOT superseded
ORDER BY register, part, (vintage > CAST(:vintage AS date)),
         CASE WHEN vintage <= CAST(:vintage AS date) THEN vintage END DESC, vintage
