-- What ended before it began goes.
DELETE FROM supply.establishment e USING ending_establishment n WHERE e.id = n.id AND isempty(e.valid)
