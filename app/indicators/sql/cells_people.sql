-- Where the people of the published release live: its inhabited squares, or its IRIS where it has no square.
-- ``people`` is the published total (METHODS 3); what the squares' own file counts is brought to it by the
-- reader. One row of columns, each the bytes of its numbers in the order of the cells: twenty thousand rows
-- would take a tenth of a second to read. Unknown is NaN.
WITH inhabited AS (
  SELECT t.id, p.value AS people, c.people AS counted, c.ages, c.households, c.poor_households,
         coalesce(c.imputed, false) AS imputed
  FROM published.territory t
  JOIN published.population p ON p.territory_id = t.id AND p.age_class = 'all' AND p.sex = 'T'
  LEFT JOIN published.cell c ON c.territory_id = t.id
  WHERE p.value > 0
    AND t.level = CASE WHEN EXISTS (SELECT FROM published.territory WHERE level = 'carreau')
                  THEN 'carreau' ELSE 'iris' END
  ORDER BY t.id
)
SELECT coalesce(string_agg(int4send(id), '' ORDER BY id), '') AS ids,
       coalesce(string_agg(float8send(people), '' ORDER BY id), '') AS people,
       coalesce(string_agg(float8send(coalesce(counted, 'NaN')), '' ORDER BY id), '') AS counted,
       coalesce(string_agg(float8send(coalesce(households, 'NaN')), '' ORDER BY id), '') AS households,
       coalesce(string_agg(float8send(coalesce(poor_households, 'NaN')), '' ORDER BY id), '') AS poor_households,
       coalesce(string_agg(float8send(CAST(imputed AS integer)), '' ORDER BY id), '') AS imputed,
       coalesce(string_agg(
         float8send(coalesce(ages[1], 'NaN')) || float8send(coalesce(ages[2], 'NaN'))
         || float8send(coalesce(ages[3], 'NaN')) || float8send(coalesce(ages[4], 'NaN'))
         || float8send(coalesce(ages[5], 'NaN')) || float8send(coalesce(ages[6], 'NaN'))
         || float8send(coalesce(ages[7], 'NaN')) || float8send(coalesce(ages[8], 'NaN'))
         || float8send(coalesce(ages[9], 'NaN')) || float8send(coalesce(ages[10], 'NaN')),
         '' ORDER BY id), '') AS ages
FROM inhabited
