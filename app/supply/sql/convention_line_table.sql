-- Lines of the health insurance's file that name a person and a sector, in normal form. Gone with the
-- transaction: no name of that file is kept.
CREATE TEMP TABLE convention_line (
  id integer GENERATED ALWAYS AS IDENTITY, profession_code text, convention text, family text,
  family_words text[], given text, given_words text[], initials text, postcode text, town_key text,
  street_core text, number integer
) ON COMMIT DROP
