-- Age classes that may be shown, of the territories and professions asked: all of them where none is named.
SELECT y.territory_id, p.slug, p.label, p.feminine, y.age_from, y.age_to, y.headcount, y.status
FROM published.pyramid y
JOIN published.profession p ON p.id = y.profession_id
WHERE y.territory_id = ANY(CAST(:ids AS integer[]))
  AND (CAST(:profession AS text) IS NULL OR p.slug = :profession)
ORDER BY p.position, p.slug, y.territory_id, y.age_from
