-- For the streets that look for their sites.
CREATE INDEX ON wanted (ban_code, street_key);
ANALYZE wanted;
