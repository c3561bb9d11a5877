-- Practices of this vintage that are told of several times, each time a row.
CREATE TEMP TABLE several ON COMMIT DROP AS
SELECT CAST(NULL AS integer) AS id, CAST(NULL AS daterange) AS valid, n.practitioner_id, n.site_id,
  n.profession_code, w.skills, w.modes, w.sectors, w.liberal, w.ambulatory, n.name
FROM practised_now n
JOIN way_now w ON (w.way, w.abroad) = (n.way, n.abroad)
WHERE NOT n.alone
