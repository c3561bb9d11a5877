-- Reference counts of France and of the published départements beside ours: liberal practitioners, or
-- establishments. ``listed`` are the communes that the BAN knows in the département, ``missing`` those of them
-- that are not published; Paris, Lyon and Marseille are listed there by arrondissement.
WITH commune AS MATERIALIZED (SELECT code FROM published.territory WHERE level = 'commune'),
extent AS (
  SELECT left(a.commune_code, CASE WHEN a.commune_code ~ '^9[78]' THEN 3 ELSE 2 END) AS departement,
    count(*) AS listed,
    count(*) FILTER (WHERE NOT EXISTS (
      SELECT FROM commune c
      WHERE c.code IN (a.commune_code, CASE WHEN a.commune_code ~ '^751' THEN '75056'
                                            WHEN a.commune_code ~ '^132' THEN '13055'
                                            WHEN a.commune_code ~ '^6938' THEN '69123' END))) AS missing
  FROM published.addressed_commune a
  GROUP BY 1
)
SELECT r.level, r.code, coalesce(t.name, 'France') AS name, r.profession, p.label, p.subject,
  r.headcount AS reference_headcount, r.density AS reference_density, r.origin, r.year,
  coalesce(c.headcount, 0) AS headcount, o.value AS population, e.listed, e.missing
FROM published.reference r
JOIN published.profession p ON p.slug = r.profession
LEFT JOIN published.territory t ON t.level = r.level AND t.code = r.code
LEFT JOIN published.count c ON c.territory_id = t.id AND c.profession_id = p.id
  AND c.scope = CASE p.subject WHEN 'establishment' THEN 'establishment' ELSE 'liberal' END
LEFT JOIN published.population o ON o.territory_id = t.id AND o.age_class = 'all' AND o.sex = 'T'
LEFT JOIN extent e ON e.departement = r.code
WHERE r.level = 'france' OR t.id IS NOT NULL
ORDER BY r.level DESC, r.code, p.position
