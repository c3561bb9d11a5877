-- Joined next on what many share; arrays are only compared.
ANALYZE convention_line (profession_code, family, given, postcode, town_key, street_core, number),
        convention_person (practitioner_id, family, given),
        convention_practice (practitioner_id, profession_code, postcode, town_key, street_core, number)
