-- Names of the annuaire in the same normal form.
CREATE TEMP TABLE convention_person (
  practitioner_id integer, family text, family_words text[], given text, given_words text[], initials text
) ON COMMIT DROP
