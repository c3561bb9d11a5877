-- Every practice of this vintage: there is none to compare with.
INSERT INTO supply.practice (practitioner_id, site_id, exercise_id, profession_code, valid, name)
SELECT practitioner_id, site_id, exercise_id, profession_code,
       daterange(:vintage, :following), CASE WHEN CAST(:following AS date) IS NULL THEN name END
FROM incoming
