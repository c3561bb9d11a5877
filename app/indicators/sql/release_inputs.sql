-- Files that make up a release at a date. Supply follows the date: of each register and part the newest not
-- after it, otherwise (a register that began later) the oldest. Everything else is the newest there is, so
-- that releases of several dates compare the same territories.
SELECT DISTINCT ON (register, part) id, register, part, vintage, sha256
FROM ops.source_file
WHERE NOT superseded
ORDER BY register, part,
         (register IN ('annuaire', 'finess') AND vintage > CAST(:vintage AS date)),
         CASE WHEN register NOT IN ('annuaire', 'finess') OR vintage <= CAST(:vintage AS date)
              THEN vintage END DESC NULLS LAST, vintage
