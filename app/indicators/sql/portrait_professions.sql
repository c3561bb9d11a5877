-- Professions and groups in the order of the menu, with the scope under which portraits count them, and whether
-- they have a past: what establishments are authorised to is known of one day.
SELECT id, slug, label, feminine, subject, recourse, population_age, population_sex,
  id NOT IN (SELECT profession_id FROM published.profession_member WHERE category_code LIKE 'A%') AS dated,
  CASE subject WHEN 'establishment' THEN 'establishment' ELSE 'liberal' END AS scope
FROM published.profession
ORDER BY position, slug
