-- They were just filled: the statements that read them are planned on what joins them, which so few
-- of their rows tell.
SET LOCAL default_statistics_target = 10;
ANALYZE staging.annuaire_person (line, key), staging.annuaire_activity (person, address),
        staging.annuaire_address (line, written, key)
