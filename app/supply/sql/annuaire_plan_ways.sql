-- Planned without statistics, what joins them with the practices sorts these.
ANALYZE way_now (way, abroad)
