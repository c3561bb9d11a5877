-- The street extract and the timetable among the files of a release, the newest last.
SELECT f.register, f.file_name, f.sha256
FROM ops.release_input i
JOIN ops.source_file f ON f.id = i.source_file_id
WHERE i.release_id = :release_id AND f.register IN ('osm', 'gtfs')
ORDER BY f.vintage, f.id
