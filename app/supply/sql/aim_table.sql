-- Streets that each site's address may mean; the loose ones only if they have its house number.
CREATE TEMP TABLE aim (
  id integer GENERATED ALWAYS AS IDENTITY, site_id integer, ban_code text, street_key text, number integer,
  repetition text, homonyms boolean, method text, score real,
  loose boolean
) ON COMMIT DROP
