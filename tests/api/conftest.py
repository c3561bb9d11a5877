"""A client of the API on a small published city."""

import logging
import socket
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import structlog
import uvicorn
from crossed_city import write_crossed
from pydantic import SecretStr
from served_town import ServedTown, build_served
from small_city import City, write_city
from sqlalchemy import Engine, create_engine, update
from sqlalchemy.pool import NullPool
from starlette.exceptions import StarletteDeprecationWarning

from app import cli
from app.api.main import create_app
from app.cli import running
from app.db import tables
from app.settings import Settings
from app.web.pages import router

with warnings.catch_warnings():
    # Starlette would rather have another HTTP client than the one the project ships with.
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from starlette.testclient import TestClient

START_SECONDS = 20


def settings_for(url: str, **changed: Any) -> Settings:
    """Return settings on a database, away from the developer's own; the web enters under its own roles."""
    return Settings(
        home=changed.pop("home", Path("unused")),
        database_url=SecretStr(url),
        # The tests' cluster asks for no password, but a role that logs in as itself is not the owner.
        web_password=SecretStr("mot-de-passe-des-essais"),
        log_format="text",
        threads=4,
        tile_cache_mb=changed.pop("tile_cache_mb", 0),
        _env_file=None,
        **changed,
    )


@contextmanager
def client_on(url: str, **changed: Any) -> Iterator[TestClient]:
    """Open a client of the API on a database; a fault of the server is an answer, not an exception."""
    app = create_app(settings_for(url, **changed))
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def published(clone_database: Callable[[], str]) -> tuple[str, City]:
    """Return the address of a database that holds the city, and the city. Tests only read it."""
    url = clone_database()
    return url, write_city(url)


@pytest.fixture(scope="session")
def city(published: tuple[str, City]) -> City:
    """Return the city's numbers."""
    return published[1]


@contextmanager
def open_pages(settings: Settings) -> Iterator[TestClient]:
    """Open a client of the API and its pages; a fault of the server is an answer, not an exception."""
    with TestClient(create_app(settings, pages=router), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def pages_on() -> Callable[[Settings], AbstractContextManager[TestClient]]:
    """Return the function that opens a client of the pages with settings."""
    return open_pages


@pytest.fixture(scope="session")
def pages(published: tuple[str, City]) -> Iterator[TestClient]:
    """Return a client of the pages on the city."""
    with open_pages(settings_for(published[0])) as opened:
        yield opened


@pytest.fixture(scope="session")
def client(published: tuple[str, City]) -> Iterator[TestClient]:
    """Return a client of the API on the city."""
    with client_on(published[0]) as opened:
        yield opened


@pytest.fixture(scope="session")
def served_town(clone_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> ServedTown:
    """Return a town with its streets and its times on foot. Tests only read it."""
    return build_served(tmp_path_factory.mktemp("town"), clone_database())


@pytest.fixture(scope="session")
def served_client(served_town: ServedTown) -> Iterator[TestClient]:
    """Return a client of the API on the town."""
    with TestClient(create_app(served_town.settings()), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def crossed_client(clone_database: Callable[[], str]) -> Iterator[TestClient]:
    """Return a client of the API on the city with households, and a practitioner in its QPV."""
    url = clone_database()
    write_crossed(url)
    with client_on(url) as opened:
        yield opened


@pytest.fixture
def own_city(fresh_database_url: str) -> tuple[str, City]:
    """Return a city of the test's own, for tests that change it."""
    return fresh_database_url, write_city(fresh_database_url)


@pytest.fixture
def open_client() -> Callable[..., Any]:
    """Return the function that opens a client on an address, with settings changed."""
    return client_on


@pytest.fixture(scope="session")
def settings_on() -> Callable[..., Settings]:
    """Return the function that makes settings for an address."""
    return settings_for


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended, and what it wrote."""

    code: int
    out: bytes
    err: str


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Iterator[Callable[..., Outcome]]:
    """Return a function that runs ``observatoire`` on a town, in this process, as a shell would."""
    engines: list[Engine] = []
    make_engine = running.job_engine

    def recorded(settings: Settings) -> Engine:
        engines.append(make_engine(settings))
        return engines[-1]

    def run(served: ServedTown, *arguments: object) -> Outcome:
        monkeypatch.setenv("OBSERVATOIRE_HOME", str(served.town.home))
        monkeypatch.setenv("OBSERVATOIRE_DATABASE_URL", served.town.url)
        monkeypatch.setattr(sys, "argv", ["observatoire", *map(str, arguments)])
        capsysbinary.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsysbinary.readouterr()
        code = end.value.code
        return Outcome(code if isinstance(code, int) else 1, told.out, told.err.decode())

    monkeypatch.setattr(running, "job_engine", recorded)
    yield run
    for engine in engines:
        engine.dispose()
    structlog.reset_defaults()
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)


def publish(url: str, release: int) -> None:
    """Make a release the published one, as a job does."""
    engine = create_engine(url, poolclass=NullPool)
    table = tables.release
    with engine.begin() as connection:
        connection.execute(update(table).values(status="retired"))
        connection.execute(update(table).where(table.c.id == release).values(status="published"))
    engine.dispose()


@pytest.fixture
def publish_release() -> Callable[[str, int], None]:
    """Return the function that publishes a release of a database."""
    return publish


@pytest.fixture(scope="session")
def site_address(published: tuple[str, City]) -> Iterator[str]:
    """Return the address of the city's site, served on loopback: for programs that only speak HTTP."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(create_app(settings_for(published[0])), log_level="error", lifespan="on")
        )
        thread = Thread(target=server.run, kwargs={"sockets": [held]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not server.started:
            assert thread.is_alive(), "le serveur s'est arrêté"
            assert time.monotonic() < deadline, "le serveur ne démarre pas"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{held.getsockname()[1]}"
        server.should_exit = True
        thread.join(START_SECONDS)
