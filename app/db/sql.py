"""Packaged SQL: one statement a file, with bind parameters and a header comment."""

from functools import cache
from importlib.resources import files

from sqlalchemy import TextClause, text


@cache
def load(package: str, name: str) -> TextClause:
    """Return the statement of ``<package>/sql/<name>.sql``.

    Raises FileNotFoundError when the file is not packaged.
    """
    return text((files(package) / "sql" / f"{name}.sql").read_text(encoding="utf-8"))
