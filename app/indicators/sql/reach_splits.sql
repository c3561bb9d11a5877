-- How the cells of a release are split over the territories of every level but the squares, one row a level.
SELECT territory_ids, cell_ids, people
FROM territory.cell_split
WHERE release_id = :release_id AND level <> 'carreau'
