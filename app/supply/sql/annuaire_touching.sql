-- Practices of this vintage that were, or will be, the same on the other side of its dates: the range that
-- they make with their neighbours, and the rows that it replaces. ``following`` is the next vintage loaded.
CREATE TEMP TABLE touching ON COMMIT DROP AS
SELECT min(p.id) AS kept, array_agg(p.id) AS ids, min(p.name) AS name,
       range_merge(range_agg(p.valid) + datemultirange(daterange(:vintage, :following))) AS valid
FROM supply.practice p
JOIN incoming i ON
  (i.practitioner_id, i.site_id, i.profession_code, i.skills, i.modes, i.sectors, i.liberal, i.ambulatory)
  = (p.practitioner_id, p.site_id, p.profession_code, p.skills, p.modes, p.sectors, p.liberal, p.ambulatory)
WHERE upper(p.valid) = CAST(:vintage AS date) OR lower(p.valid) = CAST(:following AS date)
GROUP BY i.practitioner_id, i.site_id, i.profession_code
