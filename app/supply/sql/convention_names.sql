-- Names of those who have such a practice, as the newest annuaire writes them.
SELECT n.id, n.family_name, n.given_name
FROM supply.practitioner n
WHERE n.family_name IS NOT NULL AND n.given_name IS NOT NULL
  AND EXISTS (SELECT FROM convention_practice p WHERE p.practitioner_id = n.id)
