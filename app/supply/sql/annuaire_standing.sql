-- Their practices before this vintage, read once, however few they are among a country's. A vintage that follows
-- all those loaded, and was compared with the last, meets only those in force; any other may touch the past too.
CREATE TEMP TABLE standing ON COMMIT DROP AS
SELECT p.id, p.practitioner_id, p.site_id, p.exercise_id, p.profession_code, p.valid, p.name
FROM supply.practice p
WHERE CAST(:whole AS boolean)
   OR (upper_inf(p.valid)
       AND p.practitioner_id = ANY (ARRAY(SELECT unnest(CAST(:practitioners AS integer[]))
                                          UNION SELECT id FROM known)))
