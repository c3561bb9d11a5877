-- Ambulatory practices in force, and whether they are liberal, as columns of big-endian integers, so that
-- half a million rows cross in one value each. ``kind`` (int8) is a hash of the profession's code and the
-- skills: which professions a kind makes up is asked once a kind, in retained_kinds.sql.
SELECT
  coalesce(string_agg(int4send(practitioner_id), ''), '') AS person,
  coalesce(string_agg(int4send(site_id), ''), '') AS site,
  coalesce(string_agg(int4send(liberal::integer), ''), '') AS liberal,
  coalesce(string_agg(int8send(hashtextextended(profession_code, 0) # hash_array_extended(skills, 1)), ''), '')
    AS kind
FROM supply.practised
WHERE valid @> CAST(:vintage AS date) AND ambulatory
