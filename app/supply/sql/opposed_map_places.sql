-- No point on a map, in any release, where nobody practises any more; one that stands for several places stays.
DELETE FROM indicator.tile_place t
WHERE t.site_id IN (SELECT site_id FROM opposed)
  AND t.sites = 1
  AND NOT EXISTS (SELECT FROM supply.practice p WHERE p.site_id = t.site_id)
  AND NOT EXISTS (SELECT FROM supply.establishment e WHERE e.site_id = t.site_id)
