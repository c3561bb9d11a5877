-- They end on its date, and their place's name with them; one that began that day (the vintage is loaded again)
-- ends before it began.
UPDATE supply.practice p
SET valid = daterange(e.since, :vintage), name = NULL
FROM ending e
WHERE e.id = p.id
