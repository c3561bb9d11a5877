-- The graph of a release, and what keeps its times from being whole.
INSERT INTO network.release_graph (release_id, graph_id, problem)
VALUES (:release_id, :graph_id, :problem)
ON CONFLICT (release_id) DO UPDATE SET
  graph_id = coalesce(excluded.graph_id, network.release_graph.graph_id), problem = excluded.problem
