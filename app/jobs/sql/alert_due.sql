-- Messages that a channel has not had: an open problem, or the end of one that it was told of.
SELECT a.id, e.event, a.problem, a.title, a.settled_title, a.detail, a.opened_at, a.settled_at
FROM ops.alert a
CROSS JOIN LATERAL (
  SELECT CASE WHEN a.settled_at IS NULL THEN 'opened' ELSE 'settled' END AS event
) e
WHERE NOT EXISTS (
    SELECT FROM ops.alert_message m WHERE (m.alert_id, m.event, m.channel) = (a.id, e.event, :channel))
  AND (a.settled_at IS NULL OR EXISTS (
    SELECT FROM ops.alert_message m WHERE (m.alert_id, m.event, m.channel) = (a.id, 'opened', :channel)))
ORDER BY a.id
