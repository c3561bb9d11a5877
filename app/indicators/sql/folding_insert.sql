-- What the lines of the annuaire make up on the release's day: practices, people, and places.
INSERT INTO indicator.folding (release_id, practices, practitioners, sites)
SELECT :release_id, count(*), count(DISTINCT practitioner_id), count(DISTINCT site_id)
FROM supply.practice
WHERE valid @> CAST(:vintage AS date)
