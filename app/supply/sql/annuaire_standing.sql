-- Their practices, past and in force, before this vintage: read once, however few they are among a country's.
CREATE TEMP TABLE standing ON COMMIT DROP AS
SELECT p.id, p.practitioner_id, p.site_id, p.profession_code, p.skills, p.modes, p.sectors, p.liberal,
       p.ambulatory, p.valid, p.name
FROM supply.practice p
WHERE p.practitioner_id IN (SELECT practitioner_id FROM touched)
