-- Planned without statistics, the statements that compare them with the history loop for minutes.
ANALYZE incoming, touched
