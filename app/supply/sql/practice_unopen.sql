-- Before the last vintage is loaded again: what it opened goes.
DELETE FROM supply.practice WHERE lower(valid) = :vintage
