-- Practices that this vintage holds and the store does not begin on its date.
INSERT INTO supply.practice (practitioner_id, site_id, profession_code, skills, modes, sectors, liberal,
                             ambulatory, valid)
SELECT i.practitioner_id, i.site_id, i.profession_code, i.skills, i.modes, i.sectors, i.liberal, i.ambulatory,
       daterange(:vintage, NULL)
FROM incoming i
WHERE NOT EXISTS (
  SELECT FROM supply.practice p
  WHERE upper_inf(p.valid)
    AND (p.practitioner_id, p.site_id, p.profession_code)
      = (i.practitioner_id, i.site_id, i.profession_code))
