"""The web logs in under roles of its own: a statement that reached the server could not leave them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from app.db.cluster import Cluster
from app.db.engines import clerk_engine, read_engine, reserved_engine, watching_engine
from app.db.loop_reader import LoopReader
from app.db.roles import WEB_ROLES, open_logins
from app.errors import SetupError
from app.settings import Settings

PASSWORD = SecretStr("mot-de-passe-des-essais")
NAMED = "SELECT session_user, current_user"
SEES = {
    read_engine: "observatoire_reader",
    watching_engine: "observatoire_reader",
    reserved_engine: "observatoire_agent",
    clerk_engine: "observatoire_clerk",
}
# What somebody would execute first who found a way to: each must fail, whatever the connection.
ESCAPES = (
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "RESET ROLE; SELECT * FROM supply.practitioner",
    "RESET SESSION AUTHORIZATION; SELECT * FROM supply.practice",
    "SELECT * FROM supply.person_line",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT pg_reload_conf()",
    "SET transaction_read_only = off; ALTER ROLE CURRENT_USER SUPERUSER",
    "SET transaction_read_only = off; CREATE TABLE published.mine (id int)",
    "SET transaction_read_only = off; UPDATE ops.release SET status = 'published'",
)


@pytest.fixture(scope="module")
def city(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of a city's own database, with a password for the web."""
    home = tmp_path_factory.mktemp("city")
    return Settings(
        home=home, database_url=SecretStr(database_url), web_password=PASSWORD, threads=1, _env_file=None
    )


@pytest.fixture(params=SEES, ids=lambda made: made.__name__)
def opened(request: pytest.FixtureRequest, city: Settings) -> Iterator[tuple[Engine, str]]:
    """Return each engine of the web, and the role that it should have."""
    engine = request.param(city)
    yield engine, SEES[request.param]
    engine.dispose()


def test_no_connection_of_the_web_can_leave_its_role(opened: tuple[Engine, str]) -> None:
    engine, role = opened
    with engine.connect() as connection:
        assert tuple(connection.execute(text(NAMED)).one()) == (role, role)
    for escape in ESCAPES:
        with (
            engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
            pytest.raises(ProgrammingError, match=r"permission denied|must be|does not exist"),
        ):
            connection.exec_driver_sql(escape)


@pytest.mark.parametrize("other", WEB_ROLES[1:])
def test_who_reads_for_the_public_can_become_neither_agent_nor_clerk(city: Settings, other: str) -> None:
    engine = read_engine(city)
    with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text(f"SET ROLE {other}"))
    engine.dispose()


def test_the_private_cluster_lets_each_role_in_as_itself(cluster: Cluster) -> None:
    settings = Settings(home=cluster.home, threads=1, _env_file=None)
    for make, role in SEES.items():
        engine = make(settings)
        with engine.connect() as connection:
            assert tuple(connection.execute(text(NAMED)).one()) == (role, role)
        engine.dispose()


def test_tiles_are_read_as_the_reader_and_no_other(cluster: Cluster, city: Settings) -> None:
    async def named(settings: Settings) -> tuple[str, ...]:
        reader = LoopReader(settings, 1)
        try:
            found = await reader.one(text(NAMED), {})
            assert found
            return tuple(found)
        finally:
            await reader.close()

    for settings in (city, Settings(home=cluster.home, threads=1, _env_file=None)):
        with start_blocking_portal() as loop:
            assert loop.call(named, settings) == ("observatoire_reader", "observatoire_reader")


def test_without_a_password_a_city_s_account_takes_the_role(database_url: str, tmp_path: Path) -> None:
    engine = read_engine(Settings(home=tmp_path, database_url=SecretStr(database_url), _env_file=None))
    with engine.connect() as connection:
        assert tuple(connection.execute(text(NAMED)).one()) == ("postgres", "observatoire_reader")
    engine.dispose()


@pytest.fixture
def account(database_url: str) -> Iterator[Callable[[str], Engine]]:
    """Return a function that opens the database as an account made with some options."""
    owner = create_engine(database_url, poolclass=NullPool)
    engines = []

    def make(options: str) -> Engine:
        with owner.begin() as connection:
            connection.execute(text(f"CREATE ROLE city_account LOGIN {options}"))
        address = owner.url.set(username="city_account")
        engines.append(create_engine(address, poolclass=NullPool))
        return engines[-1]

    yield make
    with owner.begin() as connection:
        connection.execute(text("DROP ROLE city_account"))
    owner.dispose()


def test_an_account_that_may_not_change_roles_is_told_what_to_have_executed(
    account: Callable[[str], Engine],
) -> None:
    with pytest.raises(SetupError) as refused:
        open_logins(account(""), PASSWORD.get_secret_value(), anew=True)
    assert "ALTER ROLE observatoire_reader LOGIN PASSWORD" in refused.value.hint
    assert PASSWORD.get_secret_value() not in refused.value.message()


def test_the_password_is_kept_as_a_digest_and_only_given_again_when_asked(engine: Engine) -> None:
    def kept() -> list[str]:
        with engine.connect() as connection:
            found = connection.execute(
                text("SELECT rolpassword FROM pg_authid WHERE rolname = ANY(:roles) ORDER BY rolname"),
                {"roles": list(WEB_ROLES)},
            )
            return list(found.scalars())

    open_logins(engine, PASSWORD.get_secret_value(), anew=True)
    first = kept()
    assert all(digest.startswith("SCRAM-SHA-256$") for digest in first)
    open_logins(engine, PASSWORD.get_secret_value())
    assert kept() == first


def test_a_database_that_is_away_is_no_refused_password(tmp_path: Path) -> None:
    away = create_engine(f"postgresql+psycopg://postgres@/x?host={tmp_path}", poolclass=NullPool)
    with pytest.raises(OperationalError):
        open_logins(away, PASSWORD.get_secret_value())
