-- How this vintage says that one practises; ``alone`` says whether some practice is told of once, in this way.
-- Places abroad are kept out of every local count.
CREATE TEMP TABLE way_now ON COMMIT DROP AS
SELECT DISTINCT ON (w.way, n.abroad) w.way, n.abroad, n.alone, w.skills, w.modes, w.sectors,
  w.liberal AND NOT n.abroad AS liberal, w.ambulatory AND NOT n.abroad AS ambulatory,
  CAST(NULL AS integer) AS exercise_id
FROM (SELECT way, abroad, bool_or(alone) AS alone FROM practised_now GROUP BY way, abroad) n
JOIN staging.annuaire_way w ON w.way = n.way
ORDER BY w.way, n.abroad
