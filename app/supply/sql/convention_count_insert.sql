-- What became of each line, and how many practices are told, by profession. ``read`` and ``unusable`` were
-- counted while the file was read; a town is elsewhere when no practice at all is there.
INSERT INTO supply.convention_count (release_id, profession_code, lines, unusable, elsewhere, not_found, ambiguous,
                                     matched, practices, known)
WITH fate AS (
  SELECT l.profession_code,
         count(told.line_id) AS matched,
         count(fit.line_id) - count(told.line_id) AS ambiguous,
         count(*) FILTER (WHERE fit.line_id IS NULL AND town.town_key IS NOT NULL) AS not_found,
         count(*) FILTER (WHERE fit.line_id IS NULL AND town.town_key IS NULL) AS elsewhere
  FROM convention_line l
  LEFT JOIN (SELECT DISTINCT line_id FROM convention_fit) fit ON fit.line_id = l.id
  LEFT JOIN (
    SELECT DISTINCT k.line_id
    FROM convention_kept k
    JOIN convention_practice p ON p.id = k.practice_id
    JOIN supply.convention c ON c.release_id = :release_id
      AND (c.practitioner_id, c.site_id, c.profession_code) = (p.practitioner_id, p.site_id, p.profession_code)
  ) told ON told.line_id = l.id
  LEFT JOIN (SELECT DISTINCT town_key FROM convention_practice) town ON town.town_key = l.town_key
  GROUP BY 1
),
held AS (
  SELECT p.profession_code, count(*) AS practices, count(c.convention) AS known
  FROM convention_practice p
  LEFT JOIN supply.convention c ON c.release_id = :release_id
    AND (c.practitioner_id, c.site_id, c.profession_code) = (p.practitioner_id, p.site_id, p.profession_code)
  GROUP BY 1
)
SELECT :release_id, profession_code, coalesce(r.lines, 0), coalesce(r.unusable, 0), coalesce(elsewhere, 0),
       coalesce(not_found, 0), coalesce(ambiguous, 0), coalesce(matched, 0), coalesce(practices, 0),
       coalesce(known, 0)
FROM unnest(CAST(:professions AS text[]), CAST(:read AS integer[]), CAST(:unusable AS integer[]))
       AS r (profession_code, lines, unusable)
FULL JOIN fate USING (profession_code)
FULL JOIN held USING (profession_code)
