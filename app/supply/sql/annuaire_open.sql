-- They last until the next vintage loaded, if any; the newest one names their places.
INSERT INTO supply.practice (practitioner_id, site_id, exercise_id, profession_code, valid, name)
SELECT practitioner_id, site_id, exercise_id, profession_code,
       daterange(:vintage, :following), CASE WHEN CAST(:following AS date) IS NULL THEN name END
FROM opening
