-- They were just filled: the statements that read them are planned on what they hold.
ANALYZE staging.annuaire_person, staging.annuaire_activity, staging.annuaire_address
