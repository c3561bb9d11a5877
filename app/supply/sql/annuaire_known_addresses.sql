-- The first eight bytes of the md5 of every way an address was written, and its site, in one binary value.
SELECT string_agg(substr(uuid_send(md5), 1, 8) || int4send(site_id), '') FROM supply.written_address
