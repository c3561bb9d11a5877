-- They end on its date; one that began that day (the vintage is loaded again) ends before it began.
UPDATE supply.establishment e
SET valid = daterange(n.since, :vintage)
FROM ending_establishment n
WHERE n.id = e.id
