-- Their practices, each under the row that stays.
CREATE TEMP TABLE several ON COMMIT DROP AS
SELECT p.id, p.valid, r.kept AS practitioner_id, p.site_id,
  p.profession_code, p.skills, p.modes, p.sectors, p.liberal, p.ambulatory, p.name
FROM supply.practised p
JOIN repeated r ON r.id = p.practitioner_id
