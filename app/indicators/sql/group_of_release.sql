-- Groups that the city's own file defines, of the file that a release is built on.
SELECT g.slug, g.label, g.members
FROM indicator.profession_group g
JOIN ops.release_input i ON i.source_file_id = g.source_file_id AND i.release_id = :release_id
ORDER BY g.position
