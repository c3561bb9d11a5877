-- Groups as the city's file writes them, in the order of its lines.
SELECT label, member FROM staging.groupes ORDER BY line::integer
