-- What is published, the graph of its walks, the seconds since a worker's last sign, and the problems that stay.
SELECT r.id AS release, r.vintage,
  (SELECT g.fingerprint FROM network.release_graph rg JOIN network.graph g ON g.id = rg.graph_id
   WHERE rg.release_id = r.id LIMIT 1) AS graph,
  (SELECT extract(epoch FROM now() - max(last_heartbeat))::float FROM work.procrastinate_workers) AS silence,
  (SELECT coalesce(array_agg(title ORDER BY title), '{}') FROM ops.alert WHERE settled_at IS NULL) AS problems
FROM (SELECT 1) one
LEFT JOIN ops.release r ON r.status = 'published'
