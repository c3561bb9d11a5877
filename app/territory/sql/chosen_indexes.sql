-- For the look-ups that follow.
CREATE INDEX ON chosen USING gist (geom);
CREATE INDEX ON chosen USING gist (point);
CREATE INDEX ON chosen (level, code);
ANALYZE chosen;
