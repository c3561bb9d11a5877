-- Communes of a territory with their newest contour; every commune where no level is named.
SELECT DISTINCT ON (code) code, name, ST_AsBinary(geom) AS contour
FROM territory.territory
WHERE level = 'commune' AND geom IS NOT NULL
  AND CASE CAST(:level AS text)
    WHEN '' THEN true
    WHEN 'commune' THEN code = :code
    WHEN 'epci' THEN epci_code = :code
    WHEN 'departement' THEN departement_code = :code
    WHEN 'region' THEN region_code = :code
    ELSE false END
ORDER BY code, id DESC
