-- Age classes that the city brought, of the territories and professions of a release, with what holds each, and
-- the profession that counts the same people among others.
SELECT p.id AS profession_id, whole.id AS whole_id, t.id AS territory_id, t.level, m.parents, a.age_from, a.age_to, a.headcount
FROM supply.age_count a
JOIN ops.release_input i ON i.source_file_id = a.source_file_id AND i.release_id = :release_id
JOIN indicator.profession p ON p.slug = a.profession
LEFT JOIN indicator.profession whole ON whole.slug = p.part_of
JOIN territory.territory t ON t.level = a.level AND t.code = a.code
JOIN territory.membership m ON m.territory_id = t.id AND m.release_id = :release_id
ORDER BY p.id, t.id, a.age_from
