-- They end on its date; one that began that day (the vintage is loaded again) ends before it began.
UPDATE supply.practice p
SET valid = daterange(e.since, :vintage)
FROM ending e
WHERE e.id = p.id
