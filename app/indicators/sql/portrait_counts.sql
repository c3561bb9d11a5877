-- Counts of each territory asked, as arrays by profession: one row a territory that has any.
SELECT territory_id, array_agg(profession_id) AS named, array_agg(headcount) AS headcount,
  array_agg(weight) AS weight, array_agg(sites) AS sites, array_agg(unlocated) AS unlocated
FROM published.count
WHERE territory_id = ANY(CAST(:ids AS integer[])) AND scope IN ('liberal', 'establishment')
GROUP BY territory_id
