"""Real PostGIS for tests: one private cluster a run, a migrated template, a clone per worker."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from app.db import migrate
from app.db.cluster import Cluster
from app.db.server import PORT
from app.jobs.demo import demo_files
from app.settings import PROJECT, Settings

# How long an example takes says how busy the machine is, not whether it is right.
settings.register_profile("observatoire", deadline=None)
settings.load_profile("observatoire")

HOME = "OBSERVATOIRE_TEST_HOME"
KEPT = {HOME, "OBSERVATOIRE_REAL_DATA", "OBSERVATOIRE_FUZZ_CASES", "OBSERVATOIRE_LOAD_SECONDS"}


def pytest_configure(config: pytest.Config) -> None:
    """Forget the deployment's own settings, and choose where this run's cluster lives."""
    for name in [name for name in os.environ if name.startswith("OBSERVATOIRE_") and name not in KEPT]:
        del os.environ[name]
    if HOME not in os.environ:
        # World-traversable: root's server runs under another account.
        folder = Path(tempfile.mkdtemp(prefix="observatoire-test-", dir="/var/tmp"))
        folder.chmod(0o755)
        os.environ[HOME] = str(folder)
        config.add_cleanup(lambda: _remove(folder))


def _remove(folder: Path) -> None:
    Cluster(folder).drop()
    shutil.rmtree(folder)


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    """Keep the other workers of this run out."""
    with (home / "tests.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _maintain(cluster: Cluster, statement: str, *names: str) -> None:
    """Run a statement on whole databases; their names are quoted into its ``{}``."""
    with _maintenance(cluster) as link:
        link.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def _exists(cluster: Cluster, name: str) -> bool:
    with _maintenance(cluster) as link:
        return link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _maintenance(cluster: Cluster) -> psycopg.Connection:
    return psycopg.connect(host=str(cluster.socket), port=PORT, user="postgres", autocommit=True)


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """Return this run's cluster, started. It is stopped and removed when the run ends."""
    shared = Cluster(Path(os.environ[HOME]))
    shared.start()
    # Nobody reads it after the machine has stopped: no need to wait for its disks.
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        _maintain(shared, "ALTER SYSTEM SET {} = off", name)
    with _maintenance(shared) as link:
        link.execute("SELECT pg_reload_conf()")
    return shared


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    """Return the folder of the demo city's registers, written once for all workers; tests only read it."""
    home = Path(os.environ[HOME])
    with _locked(home):
        return demo_files(Settings(home=home, _env_file=None))[0].parent


@pytest.fixture(scope="session")
def template_database(cluster: Cluster) -> str:
    """Return the name of a database migrated to head, made once for all workers."""
    files = sorted((PROJECT / "migrations").rglob("*.py")) + sorted((PROJECT / "app" / "db").rglob("*.py"))
    mark = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    name, draft = f"template_{mark}", f"draft_{mark}"
    with _locked(cluster.home):
        if not _exists(cluster, name):
            _maintain(cluster, "DROP DATABASE IF EXISTS {}", draft)
            engine = create_engine(cluster.ensure(draft), poolclass=NullPool)
            migrate.upgrade(engine)
            engine.dispose()
            _maintain(cluster, "ALTER DATABASE {} RENAME TO {}", draft, name)
    return name


@pytest.fixture(scope="session")
def clone_database(cluster: Cluster, template_database: str) -> Iterator[Callable[[], str]]:
    """Return a function that makes an empty migrated database and returns its address."""
    made: list[str] = []

    def clone() -> str:
        name = f"clone_{uuid4().hex[:12]}"
        with _locked(cluster.home):
            _maintain(cluster, "CREATE DATABASE {} TEMPLATE {}", name, template_database)
        made.append(name)
        return cluster.address(name)

    yield clone
    for name in made:
        _maintain(cluster, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@pytest.fixture(scope="session")
def database_url(clone_database: Callable[[], str]) -> str:
    """Return the address of this worker's database: tests leave it as they found it."""
    return clone_database()


@pytest.fixture
def fresh_database_url(cluster: Cluster, clone_database: Callable[[], str]) -> Iterator[str]:
    """Return the address of a database of the test's own, for tests that commit; it goes with the test."""
    address = clone_database()
    yield address
    _maintain(cluster, "DROP DATABASE IF EXISTS {} WITH (FORCE)", str(make_url(address).database))


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """Return an engine on this worker's database."""
    made = create_engine(database_url, connect_args={"options": "-c timezone=UTC"})
    yield made
    made.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """Return a connection inside a transaction that is rolled back after the test."""
    with engine.connect() as link:
        transaction = link.begin()
        yield link
        if transaction.is_active:
            transaction.rollback()


@pytest.fixture
def settings(tmp_path: Path, fresh_database_url: str) -> Settings:
    """Return the settings of a deployment of the test's own: its folder and its database."""
    return Settings(
        home=tmp_path / "home",
        database_url=SecretStr(fresh_database_url),
        log_format="text",
        _env_file=None,  # the developer's own deployment stays out of the tests
    )


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of public excerpts, or skip where it is not at hand."""
    folder = Path(os.environ.get("OBSERVATOIRE_REAL_DATA") or PROJECT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("les extraits publics (OBSERVATOIRE_REAL_DATA) ne sont pas là")
    return folder
