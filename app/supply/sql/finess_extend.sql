-- It takes their whole range.
UPDATE supply.establishment e SET valid = t.valid FROM touching_establishment t WHERE e.id = t.kept
