-- It takes their whole range.
UPDATE supply.practice p SET valid = t.valid FROM touching t WHERE p.id = t.kept
