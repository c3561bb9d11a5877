-- Whose practices this vintage may change: everybody's when it was read ``whole``; else those of whom lines were
-- read, and those given.
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT p.id AS practitioner_id
FROM told t
JOIN supply.practitioner p ON p.key = t.key
WHERE NOT CAST(:whole AS boolean)
UNION
SELECT unnest(CAST(:practitioners AS integer[]))
UNION ALL
SELECT id FROM supply.practitioner WHERE CAST(:whole AS boolean)
