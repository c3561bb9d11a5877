-- Vintages of supply that a release of a date can go back to: all that are not after it and, of a register
-- that began later, the oldest.
SELECT id, register, part, vintage, sha256
FROM ops.source_file f
WHERE NOT superseded AND register IN ('annuaire', 'finess')
  AND vintage <= greatest(CAST(:vintage AS date), (
    SELECT min(vintage) FROM ops.source_file o
    WHERE NOT o.superseded AND o.register = f.register AND o.part = f.part))
