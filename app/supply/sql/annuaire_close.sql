-- Practices that this vintage no longer holds, or holds otherwise, end on its date.
UPDATE supply.practice p
SET valid = daterange(lower(p.valid), :vintage)
WHERE upper_inf(p.valid)
  AND NOT EXISTS (
    SELECT FROM incoming i
    WHERE (i.practitioner_id, i.site_id, i.profession_code, i.skills, i.modes, i.sectors, i.liberal,
           i.ambulatory)
        = (p.practitioner_id, p.site_id, p.profession_code, p.skills, p.modes, p.sectors, p.liberal,
           p.ambulatory))
