-- Practices that this vintage holds and nobody held on its date, until the next vintage loaded, if any.
INSERT INTO supply.practice (practitioner_id, site_id, profession_code, skills, modes, sectors, liberal,
                             ambulatory, valid)
SELECT i.practitioner_id, i.site_id, i.profession_code, i.skills, i.modes, i.sectors, i.liberal, i.ambulatory,
       daterange(:vintage, :following)
FROM incoming i
WHERE NOT EXISTS (
  SELECT FROM supply.practice p
  WHERE p.valid @> CAST(:vintage AS date)
    AND (p.practitioner_id, p.site_id, p.profession_code)
      = (i.practitioner_id, i.site_id, i.profession_code))
