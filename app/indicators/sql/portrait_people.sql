-- People of each territory asked, as arrays by age class and sex, in this order.
SELECT territory_id, array_agg(age_class || ' ' || sex ORDER BY age_class, sex) AS named,
  array_agg(value ORDER BY age_class, sex) AS population,
  array_agg(imputed_share ORDER BY age_class, sex) AS imputed
FROM published.population
WHERE territory_id = ANY(CAST(:ids AS integer[]))
GROUP BY territory_id
