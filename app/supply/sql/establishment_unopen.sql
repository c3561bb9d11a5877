-- Before the last vintage is loaded again: what it opened goes.
DELETE FROM supply.establishment WHERE lower(valid) = :vintage
