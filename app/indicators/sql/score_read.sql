-- Figures that the build kept of some territories, a row a figure and mode: bytes one territory after the other, a
-- number a profession. Bounds are kept of every territory of a figure, or of none.
SELECT figure, mode, array_agg(territory_id ORDER BY territory_id) AS territories,
  string_agg(value, '' ORDER BY territory_id) AS value, string_agg(low, '' ORDER BY territory_id) AS low,
  string_agg(high, '' ORDER BY territory_id) AS high
FROM published.score
WHERE territory_id = ANY (CAST(:ids AS integer[])) AND mode <> ALL (CAST(:without AS text[]))
GROUP BY figure, mode
