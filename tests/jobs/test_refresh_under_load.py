"""Two hundred readers while a worker's run fetches, merges, builds and publishes the next vintage.

OBSERVATOIRE_LOAD_SECONDS says how long they read before it, and after; what was measured is printed.
"""

import asyncio
import hashlib
import os
import re
import socket
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from deployment import PATHS, Deployment, demo_city

from tests.bench.http_load import Measured, run

pytestmark = pytest.mark.slow

CONNECTIONS = 200
SECONDS = float(os.environ.get("OBSERVATOIRE_LOAD_SECONDS", "30"))
ROUND_SECONDS = 5.0
LONGEST_SECONDS = 300.0
MOST_MEMORY = 300 << 20
# Of the release alone: what the sources say moves with the ledger too.
ASKED = [path for path in PATHS if not path.endswith("/sources")]
RELEASE = re.compile(rb'"release":\{"id":(\d+)')


@pytest.fixture
def city(demo_folder: Path) -> Iterator[Deployment]:
    """Return a city in production's form, that publishes a vintage and is offered the next one."""
    with demo_city(demo_folder) as made:
        made.variables |= {"OBSERVATOIRE_WEB_WORKERS": "2", "OBSERVATOIRE_LIMIT_PER_ADDRESS": "0"}
        made.take_back()
        yield made


@pytest.fixture
def port(city: Deployment) -> int:
    """Serve the city; return where."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
    city.start("-m", "app.cli", "serve", "--port", str(found), log="web.log")
    asked = ["/readyz"]
    city.wait_for(
        lambda: set(asyncio.run(run(found, asked, connections=2, seconds=0.1)).statuses) == {200}, 60
    )
    return found


def memory(city: Deployment) -> int:
    """Return the bytes of the biggest web process."""
    listed = subprocess.run(
        ["pgrep", "-P", str(city.children[0].pid), "-f", "spawn_main"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in listed.stdout.split()]
    return max(pages) * os.sysconf("SC_PAGE_SIZE")


class Readers:
    """Readers in rounds; what they were answered is kept as a digest an address and a release."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.met = Measured()
        self.bodies: dict[tuple[str, int], set[bytes]] = defaultdict(set)

    def read(self, until: Callable[[], bool]) -> None:
        """Ask in rounds until something is so."""
        while not until() and self.met.seconds < LONGEST_SECONDS:
            met = asyncio.run(
                run(self.port, ASKED, connections=CONNECTIONS, seconds=ROUND_SECONDS, keep=True)
            )
            self.met.seconds += met.seconds
            self.met.statuses += met.statuses
            self.met.times += met.times
            for answer in met.kept:
                found = RELEASE.search(answer.body) if answer.status == 200 else None
                if found:
                    self.bodies[answer.address, int(found[1])].add(hashlib.sha256(answer.body).digest())


def test_readers_of_a_whole_refresh_meet_the_old_release_or_the_new_one(city: Deployment, port: int) -> None:
    readers = Readers(port)
    readers.read(lambda: readers.met.seconds >= SECONDS)
    before = {release for _, release in readers.bodies}
    began = readers.met.seconds
    refresh = city.run("annuaire", "publication")
    readers.read(lambda: refresh.poll() is not None)
    ended = readers.met.seconds
    assert refresh.returncode == 0, city.explain()
    readers.read(lambda: readers.met.seconds >= ended + SECONDS)
    met = readers.met
    print(  # noqa: T201 - the summary
        f"\nprise entière en {ended - began:.0f} s : {met.statuses.total()} réponses en {met.seconds:.0f} s, "
        f"{met.rate:.0f}/s, médiane {met.quantile(0.5) * 1000:.0f} ms, "
        f"p99 {met.quantile(0.99) * 1000:.0f} ms, "
        f"{dict(met.statuses)}, {memory(city) >> 20} Mo, versions {sorted({r for _, r in readers.bodies})}"
    )
    assert set(met.statuses) == {200}
    assert len(before) == 1
    assert len({release for _, release in readers.bodies}) == 2
    assert {len(bodies) for bodies in readers.bodies.values()} == {1}
    assert memory(city) < MOST_MEMORY
