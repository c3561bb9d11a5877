-- Addresses with a usable street and point; an id counts once.
INSERT INTO supply.address (source_file_id, ban_id, commune_code, street_key, street_core, number, repetition,
                            old_commune_code, geom)
SELECT DISTINCT ON (b.id) :source_file_id, b.id, b.commune_code, k.street_key, k.street_core, k.number,
       k.repetition, b.old_commune_code,
       ST_SetSRID(ST_MakePoint(b.lon::float, b.lat::float), 4326)
FROM staging.ban b
JOIN ban_keyed k ON k.id = b.id
WHERE k.street_key IS NOT NULL
ORDER BY b.id
