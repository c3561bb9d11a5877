-- How many places have their times on a graph, by mode, and how many of them no street is near.
SELECT o.mode, o.level, o.snap_m AS origin_snaps, count(t.lon) AS places,
       count(t.lon) FILTER (WHERE t.snap_m IS NULL) AS places_off
FROM network.origins o
LEFT JOIN network.travel_time t ON t.origins_id = o.id
WHERE o.graph_id = :graph_id
GROUP BY o.id
ORDER BY array_position(ARRAY['walk', 'bike', 'car', 'transit'], o.mode), o.id
