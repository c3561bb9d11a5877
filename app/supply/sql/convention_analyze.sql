-- Joined next on words that many share.
ANALYZE convention_line, convention_person, convention_practice
