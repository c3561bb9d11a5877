-- Vintages of supply that the published release was built on, oldest first.
SELECT register, array_agg(vintage ORDER BY vintage) AS vintages
FROM published.supply_vintage
GROUP BY register
