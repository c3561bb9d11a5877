-- People of this vintage, each once. The mark of somebody's lines is unknown when they do not follow each other.
CREATE TEMP TABLE told ON COMMIT DROP AS
SELECT DISTINCT ON (key) key, civility, family_name, given_name,
       CASE WHEN count(*) OVER (
         PARTITION BY key ORDER BY family_name NULLS LAST, given_name NULLS LAST, civility NULLS LAST
         ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
       ) = 1 THEN content ELSE 0 END AS content
FROM staging.annuaire_person
ORDER BY key, family_name NULLS LAST, given_name NULLS LAST, civility NULLS LAST
