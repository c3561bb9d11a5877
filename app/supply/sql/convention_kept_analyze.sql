-- Counted next, by joins on their numbers.
ANALYZE convention_fit, convention_kept
