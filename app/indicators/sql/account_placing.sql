-- Practices and people of each class of location, by profession in the order of the menu; all of them first.
SELECT g.profession, coalesce(p.label, '') AS label, coalesce(p.subject, 'person') AS subject,
  g.location_class, g.practices, g.practitioners
FROM published.placing g
LEFT JOIN published.profession p ON p.slug = g.profession
WHERE g.profession = '' OR p.slug IS NOT NULL
ORDER BY g.profession <> '', p.position
