-- Remember how each address was written and which site it is.
INSERT INTO supply.written_address (md5, site_id)
SELECT DISTINCT ON (n.written) n.written, s.id
FROM new_site n
JOIN supply.site s ON s.key = n.key
ORDER BY n.written, n.line
