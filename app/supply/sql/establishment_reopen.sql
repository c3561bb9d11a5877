-- Before the last vintage is loaded again: what it closed is open again.
UPDATE supply.establishment SET valid = daterange(lower(valid), NULL) WHERE upper(valid) = :vintage
