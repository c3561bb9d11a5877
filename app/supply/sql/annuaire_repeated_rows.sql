-- The rows of theirs that went, and the one that stayed.
SELECT id, kept FROM repeated WHERE id <> kept
