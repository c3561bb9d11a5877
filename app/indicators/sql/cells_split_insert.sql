-- How the cells of a release are split over the territories of a level, one row a level.
INSERT INTO territory.cell_split (release_id, level, territory_ids, cell_ids, people)
VALUES (:release_id, :level, :territory_ids, :cell_ids, :people)
ON CONFLICT (release_id, level) DO UPDATE SET
  territory_ids = excluded.territory_ids, cell_ids = excluded.cell_ids, people = excluded.people
