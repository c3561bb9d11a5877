-- Who is in the register's newest vintage and the mark of their lines there: practitioner, the first eight
-- bytes of the key, mark (0 when it is unknown), by mark; in parts, which come in any order.
SELECT people FROM supply.line_mark
