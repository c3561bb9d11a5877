-- The times that a release shows for a mode are from now on those of this graph and these origins.
INSERT INTO network.release_origins (release_id, mode, origins_id)
VALUES (:release_id, :mode, :origins_id)
ON CONFLICT (release_id, mode) DO UPDATE SET origins_id = excluded.origins_id
