-- Who is in the register's newest vintage and the mark of their lines there, in one binary value: practitioner,
-- the first eight bytes of the key, mark (0 when it is unknown).
SELECT string_agg(int4send(id) || substr(key, 1, 8) || int8send(content), '')
FROM supply.practitioner WHERE content IS NOT NULL
