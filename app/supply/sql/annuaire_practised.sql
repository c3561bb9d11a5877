-- Practices of this vintage as it tells them: person x site x profession. Several ways to write one address, and
-- lines of a person that stand apart in the file, fold into one: ``alone`` tells the others.
CREATE TEMP TABLE practised_now ON COMMIT DROP AS
SELECT p.id AS practitioner_id, a.site_id, a.profession_code, a.way, s.id IS NOT NULL AS abroad, a.name,
       count(*) OVER (PARTITION BY p.id, a.site_id, a.profession_code) = 1 AS alone
FROM (
  SELECT v.person, v.site AS site_id, v.profession_code, v.way, v.name
  FROM staging.annuaire_activity v
  WHERE v.site IS NOT NULL
  UNION ALL
  SELECT v.person, w.site_id, v.profession_code, v.way, v.name
  FROM staging.annuaire_activity v
  JOIN staging.annuaire_address d ON d.line = v.address
  JOIN supply.written_address w ON w.md5 = d.written
) a
JOIN staging.annuaire_person n ON n.line = a.person
JOIN known p ON p.key = n.key
LEFT JOIN (SELECT id FROM supply.site WHERE abroad) s ON s.id = a.site_id
