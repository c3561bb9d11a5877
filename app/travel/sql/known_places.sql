-- The places that already have times up to a limit.
SELECT lon, lat FROM network.travel_time WHERE origins_id = :origins_id AND limit_s >= :limit_s
