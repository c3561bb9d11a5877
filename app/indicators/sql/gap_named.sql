-- Name some communes, those inside a territory where one is given.
SELECT c.id, c.code, c.name
FROM published.territory c
WHERE c.id = ANY (:communes)
  AND (CAST(:within AS integer) IS NULL OR c.id = :within OR c.parents @> ARRAY[CAST(:within AS integer)])
ORDER BY c.code
