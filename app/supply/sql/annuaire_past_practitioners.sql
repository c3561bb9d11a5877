-- Practitioners of an older vintage enter by their key alone: names are those of the newest one.
INSERT INTO supply.practitioner (key)
SELECT DISTINCT key FROM staging.annuaire_person
ON CONFLICT (key) DO NOTHING
