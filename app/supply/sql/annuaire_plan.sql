-- Planned without statistics, the statements that compare them with the history loop for minutes.
ANALYZE incoming (practitioner_id, site_id, profession_code), standing (id, practitioner_id, site_id, valid)
