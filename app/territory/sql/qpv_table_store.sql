-- Populations that INSEE publishes for QPV.
INSERT INTO territory.stated_population (source_file_id, level, code, name, value, poverty_rate)
SELECT DISTINCT ON (code) :source_file_id, 'qpv', code, name, population::float, poverty_rate::float
FROM staging.qpv_table
