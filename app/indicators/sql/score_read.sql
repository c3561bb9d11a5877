-- Figures that the build kept of some territories, a row a figure and mode: bytes, a number a profession.
SELECT territory_id, figure, mode, value, low, high
FROM published.score
WHERE territory_id = ANY (CAST(:ids AS integer[]))
