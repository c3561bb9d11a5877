-- Whether a practitioner, known by the keyed hash, practises on the release's day; in a profession and in a
-- territory of the release where they are given.
SELECT EXISTS (
  SELECT FROM supply.practitioner who
  JOIN supply.practised p ON p.practitioner_id = who.id AND p.valid @> CAST(:vintage AS date)
  LEFT JOIN supply.placement pl ON pl.release_id = :release_id AND pl.site_id = p.site_id
  WHERE who.key = :key
    AND (CAST(:profession AS text) IS NULL OR EXISTS (
      SELECT FROM indicator.profession r
      JOIN indicator.profession_member m ON m.profession_id = r.id
      WHERE r.slug = :profession AND m.profession_code = p.profession_code
        AND (m.skill_code IS NULL OR m.skill_code = ANY(p.skills))))
    AND (CAST(:territory_id AS integer) IS NULL OR :territory_id = ANY(pl.territories))
)
