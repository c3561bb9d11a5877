-- Where the lines of an annuaire wait: people once where they stand, what they do by place and profession, and
-- addresses once a reader. ``line`` is the line of the file that each begins at.
CREATE UNLOGGED TABLE staging.annuaire_person (
  line integer, key bytea, content bigint, civility text, family_name text, given_name text
);
CREATE UNLOGGED TABLE staging.annuaire_activity (
  person integer, address integer, liberal boolean, ambulatory boolean, skills text[], modes text[],
  sectors text[], profession_code text, name text
);
CREATE UNLOGGED TABLE staging.annuaire_address (
  line integer, written uuid, key text, finess text, siret text, name text, number text, repetition text,
  street text, street_key text, street_core text, postcode text, town text, town_key text, cedex text,
  commune_code text, abroad boolean
);
