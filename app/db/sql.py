"""Packaged SQL: one statement a file, with bind parameters and a header comment."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from sqlalchemy import Connection, CursorResult, TextClause, text
from sqlalchemy.sql import quoted_name


@cache
def load(package: str, name: str) -> TextClause:
    """Return the statement of ``<package>/sql/<name>.sql``.

    Raises FileNotFoundError when the file is not packaged.
    """
    return text((files(package) / "sql" / f"{name}.sql").read_text(encoding="utf-8"))


def run(
    connection: Connection, package: str, names: tuple[str, ...], values: Mapping[str, object] | None = None
) -> CursorResult[tuple[object, ...]] | None:
    """Execute packaged statements one after the other with the same values; return the last result."""
    result = None
    for name in names:
        statement = load(package, name)
        wanted = statement.compile().params.keys()
        result = connection.execute(statement, {key: (values or {})[key] for key in wanted})
    return result


def forget_temporary(connection: Connection, *names: str) -> None:
    """Drop temporary tables of an earlier load in the same transaction."""
    preparer = connection.dialect.identifier_preparer
    for name in names:
        quoted = preparer.quote(quoted_name(name, quote=True))
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS pg_temp.{quoted}")
