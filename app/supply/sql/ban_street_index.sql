-- For the sites that look for their street, exactly or without its type.
CREATE UNIQUE INDEX ON ban_street (commune_code, street_key);
CREATE INDEX ON ban_street (commune_code, street_core);
ANALYZE ban_street;
