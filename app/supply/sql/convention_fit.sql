-- Which practices a line may speak of: same profession, a word of the family name, the town or the postcode.
-- At the very address (``near``) one of the two names may be in part (one of two family names, the first of
-- two given names, an initial), the other must be whole. Elsewhere in the same commune both must be whole.
-- A postcode written on one side only is a CEDEX on the other.
CREATE TEMP TABLE convention_fit ON COMMIT DROP AS
WITH said AS (
  SELECT id, profession_code, postcode, town_key, unnest(family_words || family) AS word FROM convention_line
),
known AS (
  SELECT p.id, p.profession_code, p.postcode, p.town_key, unnest(n.family_words || n.family) AS word
  FROM convention_practice p
  JOIN convention_person n ON n.practitioner_id = p.practitioner_id
),
pair AS (
  SELECT s.id AS line_id, k.id AS practice_id
  FROM said s JOIN known k ON (k.profession_code, k.word, k.town_key) = (s.profession_code, s.word, s.town_key)
  UNION
  SELECT s.id, k.id
  FROM said s JOIN known k ON (k.profession_code, k.word, k.postcode) = (s.profession_code, s.word, s.postcode)
)
SELECT l.id AS line_id, l.convention, p.id AS practice_id, p.practitioner_id, place.near
FROM pair
JOIN convention_line l ON l.id = pair.line_id
JOIN convention_practice p ON p.id = pair.practice_id
JOIN convention_person n ON n.practitioner_id = p.practitioner_id
CROSS JOIN LATERAL (
  SELECT coalesce(l.street_core = p.street_core, false) AND l.number IS NOT DISTINCT FROM p.number AS near,
         l.town_key = p.town_key AND coalesce(l.postcode = p.postcode, true) AS same_town,
         l.family = n.family AS whole_family, l.given = n.given AS whole_given,
         l.family_words <@ n.family_words OR l.family_words @> n.family_words AS part_of_family,
         l.given_words[1:cardinality(n.given_words)] = n.given_words
           OR n.given_words[1:cardinality(l.given_words)] = l.given_words
           OR (length(l.given) = cardinality(l.given_words) AND starts_with(n.initials, l.given))
           OR (length(n.given) = cardinality(n.given_words) AND starts_with(l.initials, n.given))
           OR (length(l.given) > 1 AND l.given = n.initials)
           OR (length(n.given) > 1 AND n.given = l.initials) AS part_of_given
) place
WHERE CASE WHEN place.near
        THEN (place.whole_family AND place.part_of_given) OR (place.whole_given AND place.part_of_family)
        ELSE place.same_town AND place.whole_family AND place.whole_given END
