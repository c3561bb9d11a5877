-- People of each territory asked, as arrays by age class and sex.
SELECT territory_id, array_agg(age_class || ' ' || sex) AS named, array_agg(value) AS population
FROM published.population
WHERE territory_id = ANY(CAST(:ids AS integer[]))
GROUP BY territory_id
