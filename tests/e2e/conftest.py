"""A real observatory serving the demo city, and Debian's Chromium looking at it with the network cut."""

import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, sync_playwright
from visit import DESKTOP, Visit

from app.db.cluster import Cluster
from app.settings import PROJECT

CHROMIUM = Path("/usr/bin/chromium")
# Names resolve to nothing but this machine: what a page wants from elsewhere fails, and is counted.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NETWORK_CUT = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
START_SECONDS = 60


def _environment(cluster: Cluster, database: str, home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "OBSERVATOIRE_DATABASE_URL": cluster.address(database),
        "OBSERVATOIRE_HOME": str(home),
    }


@pytest.fixture(scope="session")
def demo_environment(cluster: Cluster, testrun_uid: str) -> dict[str, str]:
    """Return the environment of a deployment where the demo city is published, loaded once a run."""
    database = f"demo_{testrun_uid[:12]}"
    home = cluster.home / database
    environment = _environment(cluster, database, home)
    with (cluster.home / "demo.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            cluster.ensure(database)
            home.mkdir()
            subprocess.run(
                [sys.executable, "-m", "app.cli", "demo", "--no-serve"],
                env=environment,
                cwd=PROJECT,
                check=True,
                capture_output=True,
            )
    return environment


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(address: str, server: subprocess.Popen[bytes]) -> None:
    """Return once a server answers; fail when it stops, or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"le serveur s'est arrêté avec le code {server.returncode}")
        try:
            with urlopen(f"{address}/healthz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail("le serveur ne répond pas")


@pytest.fixture(scope="session")
def live_server(demo_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of ``observatoire serve`` on the demo city."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    with (tmp_path_factory.mktemp("serve") / "log").open("wb") as log:
        server = subprocess.Popen(command, env=demo_environment, cwd=PROJECT, stdout=log, stderr=log)
        try:
            wait_until_ready(address, server)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium, headless, cut from the network."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium n'est pas installé (apt-get install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, NETWORK_CUT])
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, live_server: str) -> Iterator[Callable[..., Visit]]:
    """Return a function that starts a visit: a window of its own, nothing kept from another."""
    contexts = []

    def start(size: tuple[int, int] = DESKTOP, **options: object) -> Visit:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="fr-FR", **options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        begun = Visit(context.new_page(), live_server)
        begun.listen()
        return begun

    yield start
    for context in contexts:
        context.close()


@pytest.fixture
def desk(visit: Callable[..., Visit]) -> Visit:
    """Return a visit from a 1366 x 768 screen."""
    return visit()
