-- The houses are looked for next, in another way when there are few sites.
ANALYZE aim
