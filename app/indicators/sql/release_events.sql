-- What became of practices between two days, one row an event and a profession: closed, opened, moved (same
-- person and profession, another site; several are paired in order) or changed at the same site. Whoever
-- counts in the scope on either day is told. An establishment has one site: it moves when FINESS draws it more
-- than 100 m away.
WITH gone AS MATERIALIZED (
  SELECT practitioner_id AS who, profession_code, site_id, skills, modes, sectors, liberal, ambulatory
  FROM published.practice_history
  WHERE valid @> CAST(:people_before AS date) AND NOT valid @> CAST(:people_after AS date)
),
come AS MATERIALIZED (
  SELECT practitioner_id AS who, profession_code, site_id, skills, modes, sectors, liberal, ambulatory
  FROM published.practice_history
  WHERE valid @> CAST(:people_after AS date) AND NOT valid @> CAST(:people_before AS date)
),
closed AS (
  SELECT *, row_number() OVER (PARTITION BY who, profession_code ORDER BY liberal DESC, site_id) AS rank
  FROM gone
  WHERE NOT EXISTS (
    SELECT FROM come
    WHERE (come.who, come.profession_code, come.site_id) = (gone.who, gone.profession_code, gone.site_id))
),
opened AS (
  SELECT *, row_number() OVER (PARTITION BY who, profession_code ORDER BY liberal DESC, site_id) AS rank
  FROM come
  WHERE NOT EXISTS (
    SELECT FROM gone
    WHERE (come.who, come.profession_code, come.site_id) = (gone.who, gone.profession_code, gone.site_id))
),
person AS (
  SELECT
    CASE WHEN o.site_id IS NULL THEN 'closed' WHEN c.site_id IS NULL THEN 'opened' ELSE 'moved' END AS kind,
    profession_code, c.site_id AS from_site, o.site_id AS to_site,
    c.skills AS skills_before, o.skills AS skills_after, c.modes AS modes_before, o.modes AS modes_after,
    c.sectors AS sectors_before, o.sectors AS sectors_after,
    coalesce(c.liberal, false) OR coalesce(o.liberal, false) AS liberal,
    coalesce(c.ambulatory, false) OR coalesce(o.ambulatory, false) AS ambulatory
  FROM closed c
  FULL JOIN opened o USING (who, profession_code, rank)
  UNION ALL
  SELECT 'changed', profession_code, site_id, site_id, g.skills, c.skills, g.modes, c.modes, g.sectors,
    c.sectors, g.liberal OR c.liberal, g.ambulatory OR c.ambulatory
  FROM gone g
  JOIN come c USING (who, profession_code, site_id)
  WHERE (g.skills, g.modes, g.sectors, g.liberal, g.ambulatory)
     <> (c.skills, c.modes, c.sectors, c.liberal, c.ambulatory)
),
shut AS (
  SELECT * FROM published.establishment_history
  WHERE valid @> CAST(:places_before AS date) AND NOT valid @> CAST(:places_after AS date)
),
open AS (
  SELECT * FROM published.establishment_history
  WHERE valid @> CAST(:places_after AS date) AND NOT valid @> CAST(:places_before AS date)
),
place AS (
  SELECT CASE
      WHEN o.finess IS NULL THEN 'closed'
      WHEN s.finess IS NULL THEN 'opened'
      WHEN ST_Distance(s.geom::geography, o.geom::geography) > 100 THEN 'moved'
      WHEN (s.category_code, s.name, s.siret) IS DISTINCT FROM (o.category_code, o.name, o.siret)
        THEN 'changed' END AS kind,
    s.site_id AS from_site, o.site_id AS to_site,
    array_remove(ARRAY[s.category_code, o.category_code], NULL) AS categories
  FROM shut s
  FULL JOIN open o USING (finess)
)
SELECT e.*, m.profession_id
FROM (
  SELECT kind, from_site, to_site, skills_before, skills_after, modes_before, modes_after, sectors_before,
    sectors_after, profession_code, NULL::text[] AS categories
  FROM person
  WHERE CASE :scope WHEN 'ambulatory' THEN ambulatory ELSE liberal END
  UNION ALL
  SELECT kind, from_site, to_site, NULL, NULL, NULL, NULL, NULL, NULL, NULL, categories
  FROM place
  WHERE kind IS NOT NULL
) e
CROSS JOIN LATERAL (
  SELECT DISTINCT m.profession_id
  FROM published.profession_member m
  WHERE m.category_code = ANY(e.categories)
     OR (m.profession_code = e.profession_code
         AND (m.skill_code IS NULL OR m.skill_code = ANY(e.skills_before)
           OR m.skill_code = ANY(e.skills_after)))
) m
