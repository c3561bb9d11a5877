-- Streets of a BAN file; several of one name in one commune (it was merged) have different identifiers.
INSERT INTO supply.street (source_file_id, commune_code, street_key, street_core, homonyms)
SELECT :source_file_id, commune_code, street_key, min(street_core), coalesce(min(part) <> max(part), false)
FROM (
  SELECT commune_code, street_key, street_core,
         CASE WHEN split_part(ban_id, '_', 3) <> '' THEN split_part(ban_id, '_', 2) END AS part
  FROM supply.address WHERE source_file_id = :source_file_id
) a
GROUP BY commune_code, street_key
