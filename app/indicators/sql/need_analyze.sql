-- Statistics of the temporary tables that the next statement joins.
ANALYZE need_living, need_met, in_commune
