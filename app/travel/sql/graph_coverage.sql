-- Where a graph has streets.
SELECT ST_AsBinary(coverage) AS coverage FROM published.graph WHERE id = :id
