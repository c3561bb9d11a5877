-- People and households of each piece of a square inside an IRIS: the squares' counts, brought to the people of
-- the IRIS, whose total is authoritative (METHODS 3). A table with statistics: over a whole country the planner
-- joined it row by row otherwise. Reads the temporary tables of app/territory/population.py.
CREATE TEMP TABLE need_living ON COMMIT DROP AS
WITH whole AS (SELECT iris_id, sum(people) AS people FROM piece GROUP BY iris_id)
SELECT p.iris_id, p.cell_id, d.people AS counted, d.households, d.poor_households,
       d.single_parent_households, d.one_person_households, d.income_sum,
       p.people * coalesce(v.value / nullif(w.people, 0), 1.0) AS people
FROM piece p
JOIN territory.cell d ON d.territory_id = p.cell_id
LEFT JOIN whole w ON w.iris_id = p.iris_id
LEFT JOIN iris_value v ON v.iris_id = p.iris_id AND v.age_class = 'all' AND v.sex = 'T'
WHERE p.people > 0
