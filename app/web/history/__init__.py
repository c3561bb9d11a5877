"""The page on what changed between two releases: a map, tables, sentences."""
