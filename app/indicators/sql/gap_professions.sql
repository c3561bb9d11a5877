-- Every published profession, with whom it is compared.
SELECT id, slug, label, feminine, subject, population_age, population_sex
FROM published.profession
ORDER BY position, slug
