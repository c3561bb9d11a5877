-- Who objected and has something in the store again, with the places where they practised.
CREATE TEMP TABLE opposed ON COMMIT DROP AS
SELECT n.id AS practitioner_id, p.site_id
FROM supply.opposition o
JOIN supply.practitioner n ON n.key = o.key
LEFT JOIN supply.practice p ON p.practitioner_id = n.id
