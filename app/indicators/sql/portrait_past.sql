-- Who came and left since the first vintage in each territory asked, and how long they stay, as arrays by
-- profession; ``first`` is the head-count at the first vintage. A null median is written as -1.
SELECT territory_id, array_agg(profession_id) AS named,
  array_agg((SELECT sum(n) FROM unnest(entries[2:]) n)) AS entries,
  array_agg((SELECT sum(n) FROM unnest(exits[2:]) n)) AS exits,
  array_agg(headcount[1]) AS first, array_agg(stays) AS stays, array_agg(ongoing) AS ongoing,
  array_agg(coalesce(median_days, -1)) AS median_days
FROM published.past
WHERE territory_id = ANY(CAST(:ids AS integer[])) AND scope IN ('liberal', 'establishment')
GROUP BY territory_id
