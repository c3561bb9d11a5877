-- Mark the territories whose figures are published nowhere.
UPDATE indicator.need SET hidden = true
WHERE release_id = :release_id
  AND (territory_id = ANY (:hidden) OR (households > 0 AND households < :fewest))
