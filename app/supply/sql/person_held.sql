-- All that the store holds of one person, by the keyed hash of their number; no row when that is nothing.
SELECT jsonb_build_object(
  'civilite', n.civility,
  'nom', n.family_name,
  'prenom', n.given_name,
  'empreinte', encode(n.key, 'hex'),
  'opposition', (SELECT o.at FROM supply.opposition o WHERE o.key = n.key),
  'exercices', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'profession', p.profession_code,
      'savoir_faire', p.skills,
      'modes', p.modes,
      'secteurs', p.sectors,
      'liberal', p.liberal,
      'ambulatoire', p.ambulatory,
      'depuis', lower(p.valid),
      'jusqu_a', upper(p.valid),
      'nom_du_lieu', p.name,
      'adresse', concat_ws(' ', s.number, s.repetition, s.street, s.postcode, s.town),
      'finess', s.finess,
      'siret', s.siret,
      'secteurs_conventionnels', (
        SELECT jsonb_object_agg(c.release_id, c.convention) FROM supply.convention c
        WHERE (c.practitioner_id, c.site_id, c.profession_code)
            = (p.practitioner_id, p.site_id, p.profession_code)
      )
    ) ORDER BY lower(p.valid), p.id)
    FROM supply.practised p JOIN supply.site s ON s.id = p.site_id
    WHERE p.practitioner_id = n.id
  ), '[]')
)
FROM supply.practitioner n
WHERE n.key = :key
