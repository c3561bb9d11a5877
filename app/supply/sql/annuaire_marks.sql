-- The marks of the lines of those whom this vintage told of, as annuaire_known_content.sql returns them.
SELECT string_agg(int4send(p.id) || substr(p.key, 1, 8) || int8send(t.content), '')
FROM told t
JOIN supply.practitioner p ON p.key = t.key
