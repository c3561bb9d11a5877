-- Where the lines of an annuaire wait: people once where they stand, what they do by place and profession, and once
-- a reader each way of practising and each address. ``line`` is the line of the file that each begins at; a place
-- that the reader was told the store has is given by its ``site``, any other by the line of its address.
CREATE UNLOGGED TABLE staging.annuaire_person (
  line integer, key bytea, content bigint, civility text, family_name text, given_name text
);
CREATE UNLOGGED TABLE staging.annuaire_activity (
  person integer, address integer, site integer, way bigint, profession_code text, name text
);
CREATE UNLOGGED TABLE staging.annuaire_way (
  way bigint, skills text[], modes text[], sectors text[], liberal boolean, ambulatory boolean
);
CREATE UNLOGGED TABLE staging.annuaire_address (
  line integer, written uuid, key text, finess text, siret text, name text, number text, repetition text,
  street text, street_key text, street_core text, postcode text, town text, town_key text, cedex text,
  commune_code text, abroad boolean
);
