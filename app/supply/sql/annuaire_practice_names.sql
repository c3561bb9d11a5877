-- The name of a place follows the newest vintage without a history.
UPDATE supply.practice p
SET name = r.name
FROM renamed r
WHERE p.id = r.id AND upper_inf(p.valid) AND p.name IS DISTINCT FROM r.name
