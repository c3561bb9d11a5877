-- Sectors that nothing contradicts; the others stay unknown, without a row.
INSERT INTO supply.convention (release_id, practitioner_id, site_id, profession_code, convention)
SELECT :release_id, p.practitioner_id, p.site_id, p.profession_code, min(k.convention)
FROM convention_kept k
JOIN convention_practice p ON p.id = k.practice_id
GROUP BY p.id, p.practitioner_id, p.site_id, p.profession_code
HAVING count(DISTINCT k.convention) = 1 AND NOT bool_or(k.doubtful)
