"""The queue's own schema, as procrastinate ships it: apart from ours, and as new as what is installed.

Alembic makes the schema once (revision 0010); what a later version of procrastinate changes comes from the
migrations in its package, applied in order, so that changing the pin needs no migration of ours.
"""

from pathlib import Path

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, Engine, text

SCHEMA = "work"


def install(connection: Connection) -> None:
    """Make the schema of the queue, at the installed version of procrastinate."""
    connection.execute(text("CREATE SCHEMA work"))
    connection.execute(text("CREATE TABLE work.schema_version (name text PRIMARY KEY)"))
    _execute(connection, SchemaManager.get_schema())
    connection.execute(text("INSERT INTO work.schema_version VALUES (:name)"), {"name": _shipped()[-1].name})


def follow(engine: Engine) -> None:
    """Apply what procrastinate changed since the schema was made, each of its migrations on its own.

    One transaction each, as they are meant for: a later one may use what an earlier one added to a type.
    """
    with engine.connect() as connection:
        made = connection.execute(text("SELECT name FROM work.schema_version")).scalar_one()
    for file in (file for file in _shipped() if file.name > made):
        with engine.begin() as connection:
            made = connection.execute(text("SELECT name FROM work.schema_version FOR UPDATE")).scalar_one()
            if file.name > made:
                _execute(connection, file.read_text(encoding="utf-8"))
                _record(connection, file.name)


def _shipped() -> list[Path]:
    # Their names begin with a version of two digits a part: the order of names is that of versions.
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _record(connection: Connection, name: str) -> None:
    connection.execute(text("UPDATE work.schema_version SET name = :name"), {"name": name})


def _execute(connection: Connection, script: str) -> None:
    """Execute a script of several statements, whose names are those of the queue's schema."""
    path = connection.execute(text("SHOW search_path")).scalar_one()
    connection.execute(text("SET LOCAL search_path TO work"))
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(script)
    connection.execute(text("SELECT set_config('search_path', :path, true)"), {"path": path})
