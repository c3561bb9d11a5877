-- Practices that this vintage holds and nobody held on its date, until the next vintage loaded, if any; the
-- newest one names their places.
INSERT INTO supply.practice (practitioner_id, site_id, profession_code, skills, modes, sectors, liberal,
                             ambulatory, valid, name)
SELECT i.practitioner_id, i.site_id, i.profession_code, i.skills, i.modes, i.sectors, i.liberal, i.ambulatory,
       daterange(:vintage, :following), CASE WHEN CAST(:following AS date) IS NULL THEN i.name END
FROM incoming i
WHERE NOT EXISTS (
  SELECT FROM supply.practice p
  WHERE p.valid @> CAST(:vintage AS date)
    AND (p.practitioner_id, p.site_id, p.profession_code)
      = (i.practitioner_id, i.site_id, i.profession_code))
