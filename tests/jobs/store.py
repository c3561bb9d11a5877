"""A deployment of the tests' own: its folder, its database, and what one asks of them."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine, Row, text

from app.db.engines import job_engine
from app.indicators.publish import BuiltRelease
from app.jobs.refresh import Loaded, refresh
from app.jobs.releases import build_release, publish_release
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Store:
    """One database with the folder of files that feed it."""

    engine: Engine
    settings: Settings
    folder: Path

    def load(self, path: Path, vintage: date | None = None, *, force: bool = False) -> Loaded:
        """Refresh one file."""
        return refresh(self.engine, self.settings, path, vintage=vintage, force=force)

    def release(self, vintage: date | None = None) -> BuiltRelease:
        """Build and publish."""
        built = build_release(self.engine, vintage, self.settings)
        publish_release(self.engine, self.settings, built.id, accept=True)
        return built

    def rows(self, query: str, **values: object) -> list[Row[Any]]:
        """Return the rows of a query."""
        with self.engine.connect() as connection:
            return list(connection.execute(text(query), values))

    def one(self, query: str, **values: object) -> Any:
        """Return the single value of a query."""
        with self.engine.connect() as connection:
            return connection.execute(text(query), values).scalar_one()

    def run(self, statement: str, **values: object) -> None:
        """Execute and commit one statement."""
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    def last_run(self) -> Row[Any]:
        """Return the newest line of the ledger."""
        return self.rows("SELECT * FROM ops.job_run ORDER BY id DESC LIMIT 1")[0]

    def counts(self, profession: str, scope: str = "liberal") -> dict[tuple[str, str], Row[Any]]:
        """Return the published counts of a profession by (level, code)."""
        found = self.rows(
            "SELECT t.level, t.code, c.headcount, c.weight, c.sites, c.unlocated FROM published.count c"
            " JOIN published.territory t ON t.id = c.territory_id"
            " JOIN published.profession p ON p.id = c.profession_id"
            " WHERE p.slug = :profession AND c.scope = :scope",
            profession=profession,
            scope=scope,
        )
        return {(row.level, row.code): row for row in found}

    def people(self, age_class: str = "all", sex: str = "T") -> dict[tuple[str, str], Row[Any]]:
        """Return the published populations by (level, code)."""
        found = self.rows(
            "SELECT t.level, t.code, p.value, p.imputed_share, p.method FROM published.population p"
            " JOIN published.territory t ON t.id = p.territory_id"
            " WHERE p.age_class = :age_class AND p.sex = :sex",
            age_class=age_class,
            sex=sex,
        )
        return {(row.level, row.code): row for row in found}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended, and what it told."""

    code: int
    out: str
    err: str


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Store]:
    """Give the store of a database, and close it."""
    settings = Settings(home=folder / "home", database_url=SecretStr(url), log_format="text", _env_file=None)
    engine = job_engine(settings)
    try:
        yield Store(engine, settings, folder)
    finally:
        engine.dispose()


def published_views(store: Store) -> dict[str, str]:
    """Return a fingerprint of the rows of every published view, those that tell what happened apart."""
    names = store.rows(
        "SELECT viewname FROM pg_views WHERE schemaname = 'published'"
        " AND viewname NOT IN ('run', 'running', 'alert', 'loaded_source') ORDER BY 1"
    )
    return {
        row.viewname: hashlib.sha256(
            str(
                store.one(
                    f"SELECT coalesce(string_agg(v::text, E'\\n' ORDER BY v::text), '')"
                    f" FROM published.{row.viewname} v"
                )
            ).encode()
        ).hexdigest()
        for row in names
    }


def stored_rows(store: Store) -> dict[str, int]:
    """Return how many rows each table of ours holds, ledger and alerts apart; staging tables show if left."""
    tables = store.rows(
        "SELECT schemaname, tablename FROM pg_tables"
        " WHERE schemaname IN ('ops', 'staging', 'supply', 'territory', 'indicator')"
        " AND tablename NOT IN ('job_run', 'alert', 'alert_message', 'audit')"
        " ORDER BY 1, 2"
    )
    return {
        f"{row.schemaname}.{row.tablename}": store.one(
            f"SELECT count(*) FROM {row.schemaname}.{row.tablename}"
        )
        for row in tables
    }


def emptied(store: Store) -> None:
    """Bring a used database back to how the migrations left it: much faster than a clone.

    A table where nothing was ever written is a file of no length, and costs nothing.
    """
    with store.engine.begin() as connection:
        names = connection.execute(
            text(
                "SELECT schemaname || '.' || tablename AS name, schemaname = 'staging'"
                " OR tablename LIKE '%\\_release\\_%' AS made,"
                " pg_relation_size((schemaname || '.' || tablename)::regclass) > 0 AS written FROM pg_tables"
                " WHERE schemaname IN ('ops', 'staging', 'supply', 'territory', 'indicator')"
                " AND tablename <> 'alembic_version'"
            )
        ).all()
        if made := ", ".join(row.name for row in names if row.made):
            connection.execute(text(f"DROP TABLE {made}"))
        if written := ", ".join(row.name for row in names if row.written and not row.made):
            connection.execute(text(f"TRUNCATE {written} RESTART IDENTITY CASCADE"))


type Clone = Callable[[], str]
