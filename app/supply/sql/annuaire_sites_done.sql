-- The staging table goes after use, and this looks at it.
DROP VIEW new_site
