-- Whom each profession of a release is compared with, in the order that scores are kept in.
SELECT p.population_age, p.population_sex
FROM indicator.release_profession r
JOIN indicator.profession p ON p.id = r.profession_id
WHERE r.release_id = :release_id
ORDER BY p.id
