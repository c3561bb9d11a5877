-- Opens a problem, unless it is open already: then it was, or will be, told once.
INSERT INTO ops.alert (problem, title, settled_title, detail, opened_at)
VALUES (:problem, :title, :settled_title, :detail, :now)
ON CONFLICT (problem) WHERE settled_at IS NULL DO NOTHING
