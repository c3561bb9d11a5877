-- Counts and populations of each profession over the territories asked, as arrays in their order; null where
-- nobody is counted or nobody is known to live.
SELECT p.slug, p.label, p.feminine, p.subject, p.population_age, p.population_sex,
  array_agg(o.value ORDER BY t.rank) AS population,
  array_agg(c.headcount ORDER BY t.rank) AS headcount,
  array_agg(c.weight ORDER BY t.rank) AS weight,
  array_agg(c.sites ORDER BY t.rank) AS sites,
  array_agg(a.entries ORDER BY t.rank) AS entries,
  array_agg(a.exits ORDER BY t.rank) AS exits,
  array_agg(a.headcount ORDER BY t.rank) AS before,
  array_agg(a.stays ORDER BY t.rank) AS stays,
  array_agg(a.median_days ORDER BY t.rank) AS median_days,
  (array_agg(a.ongoing ORDER BY t.rank))[1] AS ongoing,
  (array_agg(a.begun_before ORDER BY t.rank))[1] AS begun_before
FROM unnest(CAST(:ids AS integer[])) WITH ORDINALITY t (id, rank)
CROSS JOIN published.profession p
LEFT JOIN published.count c ON c.territory_id = t.id AND c.profession_id = p.id
  AND c.scope = CASE p.subject WHEN 'establishment' THEN 'establishment' ELSE 'liberal' END
LEFT JOIN published.population o ON o.territory_id = t.id
  AND o.age_class = p.population_age AND o.sex = p.population_sex
LEFT JOIN LATERAL (
  SELECT (SELECT sum(n) FROM unnest(h.entries[2:]) n) AS entries,
    (SELECT sum(n) FROM unnest(h.exits[2:]) n) AS exits,
    h.headcount[1] AS headcount, h.stays, h.ongoing, h.begun_before, h.median_days
  FROM published.past h
  WHERE h.territory_id = t.id AND h.profession_id = p.id
    AND h.scope = CASE p.subject WHEN 'establishment' THEN 'establishment' ELSE 'liberal' END
) a ON true
GROUP BY p.id, p.slug, p.label, p.feminine, p.subject, p.population_age, p.population_sex, p.position
ORDER BY p.position, p.slug
