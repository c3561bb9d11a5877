-- Liberal practices in force, of the professions that have a convention, with their written address.
CREATE TEMP TABLE convention_practice ON COMMIT DROP AS
SELECT p.id, p.practitioner_id, p.site_id, p.profession_code, s.postcode, s.town_key, s.street_core,
       s.number::integer AS number
FROM supply.practised p
JOIN supply.site s ON s.id = p.site_id
WHERE p.valid @> CAST(:vintage AS date) AND p.liberal AND p.profession_code = ANY(:professions)
