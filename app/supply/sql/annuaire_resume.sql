-- What the next vintage still holds begins again on its date.
INSERT INTO supply.practice (practitioner_id, site_id, exercise_id, profession_code, valid, name)
SELECT p.practitioner_id, p.site_id, p.exercise_id, p.profession_code,
       daterange(:following, e.until), e.name
FROM ending e
JOIN supply.practice p ON p.id = e.id
WHERE CAST(:following AS date) < coalesce(e.until, 'infinity')
