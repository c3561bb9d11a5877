-- Practices that this vintage holds and nobody held on its date, until the next vintage loaded, if any; the
-- newest one names their places. Those in force that did not end are held, and those that took their range.
INSERT INTO supply.practice (practitioner_id, site_id, profession_code, skills, modes, sectors, liberal,
                             ambulatory, valid, name)
SELECT i.practitioner_id, i.site_id, i.profession_code, i.skills, i.modes, i.sectors, i.liberal, i.ambulatory,
       daterange(:vintage, :following), CASE WHEN CAST(:following AS date) IS NULL THEN i.name END
FROM incoming i
WHERE NOT EXISTS (
    SELECT FROM standing s
    WHERE s.valid @> CAST(:vintage AS date)
      AND (s.practitioner_id, s.site_id, s.profession_code)
        = (i.practitioner_id, i.site_id, i.profession_code)
      AND NOT EXISTS (SELECT FROM ending e WHERE e.id = s.id))
  AND NOT EXISTS (
    SELECT FROM touching t
    WHERE (t.practitioner_id, t.site_id, t.profession_code)
        = (i.practitioner_id, i.site_id, i.profession_code))
