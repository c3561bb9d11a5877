-- Densities of the whole country that a reference brings, by profession, for 100 000 inhabitants.
SELECT profession, density, origin || ', ' || year AS origin
FROM published.reference
WHERE level = 'france' AND density IS NOT NULL
