-- How the cells of the published release are split over the territories of a level; no row where they are not.
SELECT territory_ids, cell_ids, people FROM published.cell_split WHERE level = :level
