-- Whose practices this vintage may change: those whose lines were read, and those given.
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT p.id AS practitioner_id
FROM staging.annuaire_person n
JOIN supply.practitioner p ON p.key = n.key
UNION
SELECT unnest(CAST(:practitioners AS integer[]))
