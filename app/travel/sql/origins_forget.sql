-- Origins that no release shows any more go, with their times.
DELETE FROM network.origins o
WHERE NOT EXISTS (SELECT FROM network.release_origins r WHERE r.origins_id = o.id)
