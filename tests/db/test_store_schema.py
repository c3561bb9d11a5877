"""The schema's versions and the rights on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError, InternalError, ProgrammingError
from sqlalchemy.pool import NullPool

from app.db import migrate
from app.db.engines import read_engine
from app.db.roles import READER_ROLE
from app.db.tables import PARTITIONED, SCHEMAS, metadata
from app.settings import Settings

OURS = set(SCHEMAS) - {"ops"}


@pytest.fixture
def own(fresh_database_url: str) -> Iterator[Engine]:
    """Return an engine on a migrated database of the test's own."""
    engine = create_engine(fresh_database_url, poolclass=NullPool)
    yield engine
    engine.dispose()


def test_the_tables_of_the_code_are_those_of_the_migrations(engine: Engine) -> None:
    assert migrate.differences(engine) is None


def test_going_down_leaves_nothing_of_ours_and_up_again_everything(own: Engine) -> None:
    migrate.downgrade(own, "base")
    assert OURS.isdisjoint(inspect(own).get_schema_names())
    assert inspect(own).get_table_names(schema="ops") == ["alembic_version"]
    migrate.upgrade(own)
    assert set(inspect(own).get_schema_names()) >= set(SCHEMAS)
    assert migrate.differences(own) is None


def test_each_version_can_be_left_and_taken_again(own: Engine) -> None:
    migrate.downgrade(own, "0001")
    assert inspect(own).get_view_names(schema="published") == []
    migrate.upgrade(own)
    assert "territory" in inspect(own).get_view_names(schema="published")


def test_upgrading_twice_changes_nothing(own: Engine) -> None:
    migrate.upgrade(own)
    assert migrate.differences(own) is None


def test_partitions_and_staging_tables_are_no_difference(own: Engine) -> None:
    with own.begin() as connection:
        connection.execute(text("CREATE UNLOGGED TABLE staging.annuaire (national_id text)"))
        for name in PARTITIONED:
            connection.execute(text(f"CREATE TABLE {name}_release_7 PARTITION OF {name} FOR VALUES IN (7)"))
    assert migrate.differences(own) is None


def test_a_table_that_lacks_a_column_is_told(own: Engine) -> None:
    with own.begin() as connection:
        connection.execute(text("ALTER TABLE ops.job_run DROP COLUMN message"))
    assert "message" in str(migrate.differences(own))


def test_every_table_has_a_comment_or_a_primary_key_except_bulk_ones() -> None:
    without_key = {table.fullname for table in metadata.sorted_tables if not table.primary_key.columns}
    assert without_key == {"supply.address", "supply.cedex", "supply.line_mark"}


@pytest.fixture
def as_reader(connection: Connection) -> Connection:
    """Return the test's connection under the role of the API."""
    connection.execute(text(f"SET LOCAL ROLE {READER_ROLE}"))
    return connection


def stored() -> list[str]:
    return [table.fullname for table in metadata.sorted_tables]


@pytest.mark.parametrize("table", stored())
def test_the_reader_sees_no_table_of_the_store(as_reader: Connection, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        as_reader.execute(text(f"SELECT * FROM {table}"))


def test_the_reader_sees_every_published_view(as_reader: Connection) -> None:
    names = inspect(as_reader).get_view_names(schema="published")
    assert len(names) >= 12
    for name in names:
        assert as_reader.execute(text(f"SELECT count(*) FROM published.{name}")).scalar_one() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM published.count",
        "UPDATE published.profession SET label = 'x'",
        "INSERT INTO published.profession_member (profession_id) VALUES (1)",
        "CREATE TABLE published.mine (id int)",
        "CREATE TABLE supply.mine (id int)",
        "CREATE SCHEMA mine",
        "UPDATE ops.release SET status = 'published'",
        "TRUNCATE indicator.count",
    ],
)
def test_the_reader_writes_nowhere(as_reader: Connection, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        as_reader.execute(text(statement))


def test_no_published_view_shows_a_name_of_a_person(connection: Connection) -> None:
    shown = connection.execute(
        text("SELECT DISTINCT column_name FROM information_schema.columns WHERE table_schema = 'published'")
    ).scalars()
    assert {"family_name", "given_name", "civility", "key"}.isdisjoint(shown)


def test_the_engine_of_the_api_is_read_only_bounded_and_under_the_reader_s_role(
    fresh_database_url: str, tmp_path: Path
) -> None:
    settings = Settings(
        home=tmp_path, database_url=SecretStr(fresh_database_url), statement_timeout_ms=700, _env_file=None
    )
    engine = read_engine(settings)
    try:
        with engine.connect() as connection:
            asked = "SELECT current_user, current_setting('statement_timeout')"
            assert tuple(connection.execute(text(asked)).one()) == (READER_ROLE, "700ms")
            with pytest.raises(InternalError, match="read-only"):
                connection.execute(text("CREATE TEMP TABLE mine (id int)"))
    finally:
        engine.dispose()


def test_the_engine_of_the_api_plans_every_statement_for_its_own_values(
    fresh_database_url: str, tmp_path: Path
) -> None:
    engine = read_engine(Settings(home=tmp_path, database_url=SecretStr(fresh_database_url), _env_file=None))
    try:
        with engine.connect() as connection:
            for number in range(20):
                connection.execute(
                    text("SELECT FROM published.territory WHERE parents && CAST(:all AS integer[])"),
                    {"all": [number]},
                )
            told = "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement LIKE :like"
            custom, generic = connection.execute(text(told), {"like": "%parents &&%"}).one()
            assert generic == 0
            assert custom > 10
    finally:
        engine.dispose()


def test_only_one_release_can_be_published(connection: Connection) -> None:
    add = "INSERT INTO ops.release (vintage, fingerprint, status) VALUES ('2025-01-01', :mark, 'published')"
    connection.execute(text(add), {"mark": "a"})
    with pytest.raises(IntegrityError, match="uq_release_published"):
        connection.execute(text(add), {"mark": "b"})


def test_one_file_stands_for_a_register_part_and_date(connection: Connection) -> None:
    add = (
        "INSERT INTO ops.source_file (register, variant, vintage, sha256, file_name, size_bytes, rows_in,"
        " rows_kept, rows_rejected, superseded)"
        " VALUES ('iris', 'v', '2025-01-01', 's', 'f', 1, 1, 1, 0, :old)"
    )
    connection.execute(text(add), {"old": True})
    connection.execute(text(add), {"old": True})
    connection.execute(text(add), {"old": False})
    with pytest.raises(IntegrityError, match="uq_source_file_vintage"):
        connection.execute(text(add), {"old": False})
