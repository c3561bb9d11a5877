-- Towns where the annuaire shows somebody.
CREATE TEMP TABLE convention_town ON COMMIT DROP AS
SELECT DISTINCT town_key FROM convention_practice WHERE town_key IS NOT NULL
