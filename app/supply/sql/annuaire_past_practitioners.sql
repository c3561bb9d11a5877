-- Practitioners of an older vintage enter by their key alone: names are those of the newest one.
INSERT INTO supply.practitioner (key)
SELECT DISTINCT practitioner_key FROM activity
ON CONFLICT (key) DO NOTHING
