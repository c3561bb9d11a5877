-- What ended before it began goes.
DELETE FROM supply.practice p USING ending e
WHERE e.since = CAST(:vintage AS date) AND p.id = e.id AND isempty(p.valid)
