-- Professions and groups in the order of the menu, with the scope under which portraits count them.
SELECT id, slug, label, feminine, subject, population_age, population_sex,
  CASE subject WHEN 'establishment' THEN 'establishment' ELSE 'liberal' END AS scope
FROM published.profession
ORDER BY position, slug
