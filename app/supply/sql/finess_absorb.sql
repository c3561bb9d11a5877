-- One row stays of two neighbours.
DELETE FROM supply.establishment e USING touching_establishment t WHERE e.id = ANY(t.ids) AND e.id <> t.kept
