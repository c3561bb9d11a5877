-- For the territories that look for their sites.
CREATE INDEX ON placed USING gist (geom);
ANALYZE placed;
