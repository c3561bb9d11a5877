-- For the streets that look for their sites.
ANALYZE wanted
