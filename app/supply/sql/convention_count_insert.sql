-- What became of each line, and how many practices are told, by profession. ``read`` and ``unusable`` were
-- counted while the file was read; a town is elsewhere when no practice at all is there.
INSERT INTO supply.convention_count (release_id, profession_code, lines, unusable, elsewhere, not_found, ambiguous,
                                     matched, practices, known)
WITH fate AS (
  SELECT l.profession_code,
         count(*) FILTER (WHERE matched) AS matched,
         count(*) FILTER (WHERE fits AND NOT matched) AS ambiguous,
         count(*) FILTER (WHERE NOT fits AND here) AS not_found,
         count(*) FILTER (WHERE NOT fits AND NOT here) AS elsewhere
  FROM convention_line l
  CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM convention_fit f WHERE f.line_id = l.id) AS fits,
           EXISTS (SELECT FROM convention_town t WHERE t.town_key = l.town_key) AS here,
           EXISTS (SELECT FROM convention_told t WHERE t.line_id = l.id) AS matched
  ) x
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
