-- The first eight bytes of the md5 of every way an address was written, in one binary value.
SELECT string_agg(substr(uuid_send(md5), 1, 8), '') FROM supply.written_address
