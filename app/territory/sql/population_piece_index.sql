-- For the territories that are laid over the pieces.
CREATE INDEX ON piece USING gist (geom);
ANALYZE piece;
