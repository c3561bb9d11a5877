-- People whose lines stand apart in the first annuaire: each of their rows, and the one that stays.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT id, key, civility, family_name, given_name, min(id) OVER (PARTITION BY key) AS kept
FROM supply.practitioner
WHERE id = ANY(CAST(:people AS integer[]))
