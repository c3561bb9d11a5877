-- Where generalised shapes wait.
CREATE TEMP TABLE simplified (territory_id integer, band smallint, for_tiles boolean, wkb text) ON COMMIT DROP
