-- Each role of the web: whether it reads what it must, and whether this account may take it.
WITH wanted (role, entity, kind) AS (
  VALUES ('observatoire_reader', 'published', 'schema'), ('observatoire_reader', 'published.territory', 'table'),
    ('observatoire_agent', 'published', 'schema'), ('observatoire_agent', 'reserved', 'schema'),
    ('observatoire_agent', 'reserved.person', 'table'),
    ('observatoire_clerk', 'ops', 'schema'), ('observatoire_clerk', 'ops.api_key', 'table'),
    ('observatoire_clerk', 'ops.web_session', 'table'), ('observatoire_clerk', 'ops.audit', 'table')
)
SELECT asked.role, pg_has_role(asked.role, 'MEMBER') AS may_be_taken,
  (SELECT bool_and(CASE w.kind WHEN 'schema' THEN has_schema_privilege(w.role, w.entity, 'USAGE')
                               ELSE has_table_privilege(w.role, w.entity, 'SELECT') END)
   FROM wanted w WHERE w.role = asked.role) AS reads
FROM unnest(CAST(:roles AS text[])) WITH ORDINALITY AS asked (role, position)
ORDER BY asked.position
