-- Streets of one commune.
SELECT street_key FROM ban_street WHERE commune_code = :commune_code ORDER BY street_key
