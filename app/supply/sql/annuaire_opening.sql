-- Practices that this vintage holds and nobody held on its date: those in force that did not end are held, and
-- those that took their range.
CREATE TEMP TABLE opening ON COMMIT DROP AS
SELECT i.*
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
