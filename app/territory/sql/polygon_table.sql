-- Where polygons wait, as the file draws them, before they become territories.
CREATE TEMP TABLE polygon (
  level text, code text, name text, kind text, commune_codes text[] DEFAULT '{}', departement_code text,
  region_code text, epci_code text, stated_population float, raw geometry
) ON COMMIT DROP
