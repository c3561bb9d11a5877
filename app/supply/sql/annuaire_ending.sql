-- Practices in force on the vintage's date that it does not hold, or holds otherwise.
CREATE TEMP TABLE ending ON COMMIT DROP AS
SELECT s.id, s.site_id, s.name, lower(s.valid) AS since, upper(s.valid) AS until
FROM standing s
WHERE s.valid @> CAST(:vintage AS date)
  AND NOT EXISTS (
    SELECT FROM incoming i
    WHERE (i.practitioner_id, i.site_id, i.exercise_id, i.profession_code)
        = (s.practitioner_id, s.site_id, s.exercise_id, s.profession_code))
