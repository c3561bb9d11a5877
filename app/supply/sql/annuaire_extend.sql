-- It takes their whole range, and the name of the one that lasts.
UPDATE supply.practice p SET valid = t.valid, name = t.name FROM touching t WHERE p.id = t.kept
