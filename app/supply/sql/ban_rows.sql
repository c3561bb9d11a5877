-- What the normal form of each address is made from.
SELECT DISTINCT ON (id) id, coalesce(street_name, locality) AS street, number, repetition
FROM staging.ban
ORDER BY id
