-- Streets whose name, or whose commune's, begins words of what was typed; one address of each, the nearest number.
-- Parameters: codes, names, keys (communes of the map, names as read and in normal form); patterns (' ... % WORD%',
-- one a word); first (the first word); number (null: the middle of the street); repetition; most.
WITH commune AS MATERIALIZED (
  SELECT * FROM unnest(CAST(:codes AS text[]), CAST(:names AS text[]), CAST(:keys AS text[])) AS c(code, name, key)
),
found AS MATERIALIZED (
  SELECT s.commune_code, s.street_key, c.name AS commune,
         strpos(' ' || s.street_key, ' ' || :first) = 0 AS by_commune
  FROM published.street s
  JOIN commune c ON c.code = s.commune_code
  WHERE ' ' || s.street_key || ' ' || c.key LIKE ALL (CAST(:patterns AS text[]))
  ORDER BY by_commune, length(s.street_key), s.street_key, c.name, s.commune_code
  LIMIT :most
)
SELECT f.commune_code, f.commune, f.street_key, a.number, a.repetition,
       ST_X(a.geom) AS lon, ST_Y(a.geom) AS lat
FROM found f
JOIN LATERAL (
  SELECT h.number, h.repetition, h.geom
  FROM published.house h
  WHERE h.commune_code = f.commune_code AND h.street_key = f.street_key
  ORDER BY abs(h.number - CAST(:number AS integer)) NULLS LAST, h.repetition <> :repetition, h.number, h.repetition
  LIMIT 1
  OFFSET CASE WHEN CAST(:number AS integer) IS NULL THEN (
    SELECT (count(*) - 1) / 2 FROM published.house m
    WHERE m.commune_code = f.commune_code AND m.street_key = f.street_key
  ) ELSE 0 END
) a ON true
ORDER BY f.by_commune, length(f.street_key), f.street_key, f.commune, f.commune_code
