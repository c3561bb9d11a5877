-- Times to one place; searched further than before, they replace what was there.
INSERT INTO network.travel_time (origins_id, lon, lat, limit_s, snap_m, ranks, seconds)
VALUES (:origins_id, :lon, :lat, :limit_s, :snap_m, :ranks, :seconds)
ON CONFLICT (origins_id, lon, lat) DO UPDATE SET
  limit_s = excluded.limit_s, snap_m = excluded.snap_m, ranks = excluded.ranks, seconds = excluded.seconds
