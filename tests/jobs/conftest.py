"""Stores for the tests of the refresh: one a test, or one a module for tests that only read; the commands."""

import logging
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Engine
from store import Clone, Outcome, Store, emptied, opened

from app import cli
from app.cli import running
from app.settings import Settings


@pytest.fixture(scope="session")
def urls(clone_database: Clone) -> tuple[str, str]:
    """Return the addresses of this worker's two databases: for single tests, and for whole modules."""
    return clone_database(), clone_database()


@pytest.fixture
def store(urls: tuple[str, str], tmp_path: Path) -> Iterator[Store]:
    """Return an empty migrated store of the test's own."""
    with opened(urls[0], tmp_path) as made:
        emptied(made)
        yield made


@pytest.fixture(scope="module")
def module_store(urls: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return an empty migrated store shared by the tests of one module."""
    with opened(urls[1], tmp_path_factory.mktemp("store")) as made:
        emptied(made)
        yield made


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Callable[..., Outcome]]:
    """Return a function that runs ``observatoire`` on a store, in this process, as a shell would."""
    engines: list[Engine] = []
    make_engine = running.job_engine

    def recorded(settings: Settings) -> Engine:
        engines.append(make_engine(settings))
        return engines[-1]

    def run(store: Store, *arguments: str | Path) -> Outcome:
        url = store.settings.database_url
        monkeypatch.setenv("OBSERVATOIRE_DATABASE_URL", url.get_secret_value() if url else "")
        monkeypatch.setenv("OBSERVATOIRE_HOME", str(store.settings.home))
        monkeypatch.setattr(sys, "argv", ["observatoire", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        code = end.value.code
        # Log lines share stderr with what a person reads.
        lines = [line for line in told.err.splitlines() if not line.startswith("{")]
        return Outcome(code if isinstance(code, int) else 1, told.out, "\n".join(lines))

    monkeypatch.setattr(running, "job_engine", recorded)
    monkeypatch.chdir(tmp_path)
    yield run
    for engine in engines:
        engine.dispose()
    structlog.reset_defaults()
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate of this machine that signs itself, with its key, in one file."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl n'est pas installé")
    folder = tmp_path_factory.mktemp("tls")
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    key, signed = folder / "key.pem", folder / "cert.pem"
    subprocess.run([program, *made, "-keyout", key, "-out", signed], check=True, capture_output=True)
    (folder / "both.pem").write_text(key.read_text() + signed.read_text())
    return signed
