-- Where generalised shapes wait.
CREATE TEMP TABLE simplified (territory_id integer, band smallint, wkb text) ON COMMIT DROP
