-- The communes that hold some territories, are among them, or that they hold.
SELECT DISTINCT c.id
FROM published.territory c
WHERE c.level = 'commune'
  AND (c.id = ANY (:territories) OR c.parents && CAST(:territories AS integer[])
       OR c.id IN (SELECT unnest(t.parents) FROM published.territory t WHERE t.id = ANY (:territories)))
