-- Whose practices this vintage may change, and whether it ``told`` of them: everybody when it was read ``whole``;
-- else those of whom lines were read, and those given. Who is new has no practice yet.
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT id AS practitioner_id, true AS told FROM known
UNION ALL
SELECT g.id, false
FROM unnest(CAST(:practitioners AS integer[])) g (id)
WHERE NOT EXISTS (SELECT FROM known k WHERE k.id = g.id)
UNION ALL
SELECT p.id, false
FROM supply.practitioner p
WHERE CAST(:whole AS boolean) AND NOT EXISTS (SELECT FROM told t WHERE t.key = p.key)
