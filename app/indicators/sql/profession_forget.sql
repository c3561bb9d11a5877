-- Professions and groups that no release lists or counts.
DELETE FROM indicator.profession
WHERE id NOT IN (SELECT profession_id FROM indicator.release_profession)
  AND id NOT IN (SELECT profession_id FROM indicator.count)
