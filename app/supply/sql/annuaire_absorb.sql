-- One row stays of two neighbours.
DELETE FROM supply.practice p USING touching t WHERE p.id = ANY(t.ids) AND p.id <> t.kept
