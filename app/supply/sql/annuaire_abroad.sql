-- Places abroad are kept out of every local count: those of which some lines alone say so.
UPDATE supply.practice p
SET liberal = false, ambulatory = false
FROM supply.site s
WHERE s.id = p.site_id AND s.abroad AND (s.id = ANY(CAST(:doubtful AS integer[])) OR s.id <= :known)
  AND (p.liberal OR p.ambulatory)
