-- They last until the next vintage loaded, if any; the newest one names their places.
INSERT INTO supply.practice (practitioner_id, site_id, profession_code, skills, modes, sectors, liberal,
                             ambulatory, valid, name)
SELECT practitioner_id, site_id, profession_code, skills, modes, sectors, liberal, ambulatory,
       daterange(:vintage, :following), CASE WHEN CAST(:following AS date) IS NULL THEN name END
FROM opening
