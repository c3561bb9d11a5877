-- What is published.
SELECT id, vintage, fingerprint FROM published.release
