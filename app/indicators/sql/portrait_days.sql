-- Vintages that the published release can go back to, oldest first, where its counts over them were kept.
SELECT register, array_agg(vintage ORDER BY vintage) AS vintages
FROM published.supply_vintage
WHERE EXISTS (SELECT FROM published.past)
GROUP BY register
