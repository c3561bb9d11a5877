-- The number of a business, where nobody practises any more: that of one who works alone is theirs.
UPDATE supply.site s
SET siret = NULL
WHERE s.id IN (SELECT site_id FROM opposed)
  AND s.finess IS NULL
  AND s.siret IS NOT NULL
  AND NOT EXISTS (SELECT FROM supply.practice p WHERE p.site_id = s.id)
