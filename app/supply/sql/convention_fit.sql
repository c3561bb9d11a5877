-- Which practices a line may speak of: same profession, and the town or the postcode. A postcode written on
-- one side only is a CEDEX on the other.
-- At the very address (``near``) one of the two names may be in part (one of two family names, the first of
-- two given names, an initial), the other must be whole. Elsewhere in the same commune both must be whole.
-- Each way is joined on all that it asks to be equal: few pairs are left to compare.
CREATE TEMP TABLE convention_fit ON COMMIT DROP AS
WITH neighbour AS (
  SELECT l.id AS line_id, p.id AS practice_id
  FROM convention_line l
  JOIN convention_practice p ON (p.profession_code, p.town_key, p.street_core, coalesce(p.number, -1))
                              = (l.profession_code, l.town_key, l.street_core, coalesce(l.number, -1))
  UNION
  SELECT l.id, p.id
  FROM convention_line l
  JOIN convention_practice p ON (p.profession_code, p.postcode, p.street_core, coalesce(p.number, -1))
                              = (l.profession_code, l.postcode, l.street_core, coalesce(l.number, -1))
)
SELECT l.id AS line_id, l.convention, p.id AS practice_id, p.practitioner_id, true AS near
FROM neighbour
JOIN convention_line l ON l.id = neighbour.line_id
JOIN convention_practice p ON p.id = neighbour.practice_id
JOIN convention_person n ON n.practitioner_id = p.practitioner_id
WHERE (l.family = n.family
       AND (l.given_words[1:cardinality(n.given_words)] = n.given_words
         OR n.given_words[1:cardinality(l.given_words)] = l.given_words
         OR (length(l.given) = cardinality(l.given_words) AND starts_with(n.initials, l.given))
         OR (length(n.given) = cardinality(n.given_words) AND starts_with(l.initials, n.given))
         OR (length(l.given) > 1 AND l.given = n.initials)
         OR (length(n.given) > 1 AND n.given = l.initials)))
   OR (l.given = n.given AND (l.family_words <@ n.family_words OR l.family_words @> n.family_words))
UNION ALL
SELECT l.id, l.convention, p.id, p.practitioner_id, false
FROM convention_line l
JOIN convention_person n ON (n.family, n.given) = (l.family, l.given)
JOIN convention_practice p ON (p.practitioner_id, p.profession_code, p.town_key)
                            = (n.practitioner_id, l.profession_code, l.town_key)
WHERE coalesce(p.postcode = l.postcode, true)
  AND (p.street_core = l.street_core AND p.number IS NOT DISTINCT FROM l.number) IS NOT TRUE
