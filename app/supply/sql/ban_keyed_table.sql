-- Where normal forms wait for their addresses.
CREATE TEMP TABLE ban_keyed (id text, street_key text, street_core text, number integer, repetition text)
ON COMMIT DROP
