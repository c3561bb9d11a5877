-- What ended before it began goes.
DELETE FROM supply.practice p USING ending e WHERE p.id = e.id AND isempty(p.valid)
