-- Streets that each site's address may mean.
CREATE TEMP TABLE aim (
  id integer GENERATED ALWAYS AS IDENTITY, site_id integer, ban_code text, street_key text, number integer,
  repetition text, homonyms boolean, method text, score real
) ON COMMIT DROP
