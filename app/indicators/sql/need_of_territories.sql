-- Households of some territories, those of METHODS 11 left out: nothing there is published of them.
SELECT n.territory_id, n.people, n.priority_people, n.households, n.poor_households, n.single_parent_households,
       n.one_person_households, n.income_sum, n.hidden
FROM published.need n
WHERE n.territory_id = ANY (:ids)
