-- Practices of this vintage that were, or will be, the same on the other side of its dates: the range that
-- they make with their neighbours, and the rows that it replaces. ``following`` is the next vintage loaded. None
-- of them is among those that were just ended: this vintage does not hold those.
CREATE TEMP TABLE touching ON COMMIT DROP AS
SELECT i.practitioner_id, i.site_id, i.profession_code, min(s.id) AS kept, array_agg(s.id) AS ids,
       min(s.name) AS name,
       range_merge(range_agg(s.valid) + datemultirange(daterange(:vintage, :following))) AS valid
FROM standing s
JOIN incoming i ON
  (i.practitioner_id, i.site_id, i.exercise_id, i.profession_code)
  = (s.practitioner_id, s.site_id, s.exercise_id, s.profession_code)
WHERE upper(s.valid) = CAST(:vintage AS date) OR lower(s.valid) = CAST(:following AS date)
GROUP BY i.practitioner_id, i.site_id, i.profession_code
