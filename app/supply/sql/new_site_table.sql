-- Where normalised addresses wait before they become sites.
CREATE TEMP TABLE new_site (
  line integer GENERATED ALWAYS AS IDENTITY, key text, finess text, siret text, name text, number text,
  repetition text, street text, street_key text, street_core text, postcode text, town text, town_key text,
  cedex text, commune_code text, abroad boolean
) ON COMMIT DROP
