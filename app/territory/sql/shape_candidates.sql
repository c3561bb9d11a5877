-- Territories of a file, level by level, to be generalised.
SELECT id, level, ST_AsBinary(geom) AS geom
FROM territory.territory
WHERE source_file_id = :source_file_id AND geom IS NOT NULL AND level <> 'carreau'
ORDER BY level, id
