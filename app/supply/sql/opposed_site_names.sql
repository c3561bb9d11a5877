-- The name of a place is that of a practice in force there, unless FINESS names it: it may have been theirs.
UPDATE supply.site s
SET name = (
  SELECT min(p.name COLLATE "C") FROM supply.practice p
  WHERE p.site_id = s.id AND p.name IS NOT NULL AND upper_inf(p.valid)
)
WHERE s.id IN (SELECT site_id FROM opposed)
  AND NOT EXISTS (SELECT FROM supply.establishment e WHERE e.site_id = s.id AND e.name IS NOT NULL)
