-- What is published says something else from now on: nothing that was kept of it, here or by readers, is current.
UPDATE ops.release
SET fingerprint = encode(sha256(convert_to(fingerprint || encode(:key, 'hex'), 'UTF8')), 'hex')
WHERE status = 'published'
