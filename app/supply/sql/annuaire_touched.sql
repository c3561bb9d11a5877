-- Whose practices this vintage may change, and whether it ``told`` of them: everybody when it was read ``whole``;
-- else those of whom lines were read, and those given.
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT id AS practitioner_id, true AS told FROM known
UNION ALL
SELECT other.id, false
FROM (
  SELECT unnest(CAST(:practitioners AS integer[])) AS id
  UNION ALL
  SELECT id FROM supply.practitioner WHERE CAST(:whole AS boolean)
) other
WHERE NOT EXISTS (SELECT FROM known k WHERE k.id = other.id)
