-- The marks of the lines of those whom this vintage told of, as annuaire_known_content.sql returns them.
SELECT string_agg(int4send(k.id) || substr(k.key, 1, 8) || int8send(t.content), '')
FROM told t
JOIN known k ON k.key = t.key
