-- Notes a message as told, in the transaction that sends it: another process waits here, then finds it told.
INSERT INTO ops.alert_message (alert_id, event, channel) VALUES (:id, :event, :channel)
ON CONFLICT DO NOTHING
RETURNING alert_id
