"""The queue's own schema: apart from ours, and never older than the installed procrastinate."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from app.db import migrate, queue

OLDER = "03.00.00"


@pytest.fixture
def own(fresh_database_url: str) -> Iterator[Engine]:
    """Return an engine on a migrated database of the test's own."""
    engine = create_engine(fresh_database_url, poolclass=NullPool)
    yield engine
    engine.dispose()


def shape(connection: Connection) -> dict[str, list[str]]:
    """Return the columns, functions, indexes and triggers of the queue's schema."""
    asked = {
        "columns": "SELECT table_name || '.' || column_name || ' ' || data_type FROM"
        " information_schema.columns WHERE table_schema = 'work'",
        "functions": "SELECT proname || pg_get_function_arguments(oid) FROM pg_proc"
        " WHERE pronamespace = 'work'::regnamespace",
        "indexes": "SELECT indexname FROM pg_indexes WHERE schemaname = 'work'",
        "triggers": "SELECT DISTINCT trigger_name FROM information_schema.triggers"
        " WHERE trigger_schema = 'work'",
    }
    return {name: sorted(connection.execute(text(query)).scalars()) for name, query in asked.items()}


def shipped() -> list[Path]:
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def test_a_schema_made_by_an_older_version_is_brought_to_the_installed_one(
    own: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own.begin() as connection:
        fresh = shape(connection)
        connection.execute(text("DROP SCHEMA work CASCADE"))
        connection.execute(text("CREATE SCHEMA work"))
        connection.execute(text("CREATE TABLE work.schema_version (name text PRIMARY KEY)"))
        connection.execute(text("INSERT INTO work.schema_version VALUES ('')"))
    monkeypatch.setattr(queue, "_shipped", lambda: [file for file in shipped() if file.name < OLDER])
    queue.follow(own)
    with own.begin() as connection:
        old = shape(connection)
    monkeypatch.undo()
    migrate.upgrade(own)
    with own.begin() as connection:
        now = shape(connection)
        made = connection.execute(text("SELECT name FROM work.schema_version")).scalar_one()
    assert old != now
    # Functions that an older version left behind stay: nothing calls them.
    assert [part for name in fresh for part in fresh[name] if part not in now[name]] == []
    assert made == shipped()[-1].name


def test_the_queue_is_no_difference_with_our_tables_and_nothing_of_it_is_elsewhere(own: Engine) -> None:
    assert migrate.differences(own) is None
    elsewhere = "SELECT count(*) FROM pg_class WHERE relname LIKE 'procrastinate%' AND relnamespace <>"
    with own.begin() as connection:
        assert connection.execute(text(f"{elsewhere} 'work'::regnamespace")).scalar_one() == 0
        assert connection.execute(text("SHOW search_path")).scalar_one() == '"$user", public'
    migrate.downgrade(own, "0009")
    assert "work" not in inspect(own).get_schema_names()
