-- Planned without statistics, what compares them with everybody else reads everybody for each.
ANALYZE told (key)
