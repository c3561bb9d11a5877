-- Before the last vintage is loaded again: what it closed is open again.
UPDATE supply.practice SET valid = daterange(lower(valid), NULL) WHERE upper(valid) = :vintage
