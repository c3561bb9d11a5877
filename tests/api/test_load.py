"""Two hundred readers at once: alone, while jobs publish releases, while PostgreSQL is restarted.

OBSERVATOIRE_LOAD_SECONDS says how long each lasts, 60 by default. What was measured is printed.
"""

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from served_process import Server
from served_town import ServedTown, build_served
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.db import migrate
from app.db.cluster import Cluster
from app.db.engines import job_engine
from app.jobs.releases import publish_release
from tests.bench.http_load import DROPPED, Measured, run

pytestmark = pytest.mark.slow

CONNECTIONS = 200
SECONDS = float(os.environ.get("OBSERVATOIRE_LOAD_SECONDS", "60"))
MOST_GROWTH = 60 << 20
API = (
    "/api/v1/territories?level=iris&format=geojson",
    "/api/v1/densities?level=commune&profession=medecin_generaliste",
    "/api/v1/densities?level=iris&profession=medecin_generaliste&format=geojson",
    "/api/v1/levels",
)
# Of the release that has its times: who is within reach, and the same drawn on the map.
COVERAGE = (
    "/api/v1/coverage?mode=walk&minutes=15&level=iris&profession=medecin_generaliste",
    "/api/v1/coverage?mode=walk&minutes=5&level=commune&profession=medecin_generaliste",
    "/api/v1/access-times?mode=walk&level=iris&profession=medecin_generaliste",
)


@pytest.fixture
def place() -> Iterator[tuple[Cluster, ServedTown]]:
    """Return a cluster of the test's own, which may be restarted, and a town in it."""
    # Not in pytest's folder: another run closes it to the server's account as it starts.
    with TemporaryDirectory(prefix="observatoire-load-", dir="/var/tmp") as name:
        home = Path(name)
        home.chmod(0o755)
        cluster = Cluster(home)
        try:
            url = cluster.ensure("load")
            engine = create_engine(url, poolclass=NullPool)
            migrate.upgrade(engine)
            engine.dispose()
            yield cluster, build_served(home, url)
        finally:
            cluster.drop()


@pytest.fixture
def server(place: tuple[Cluster, ServedTown]) -> Iterator[Server]:
    """Serve the town."""
    town = place[1].town
    running = Server(town.url, town.home)
    try:
        running.until(running.answers)
        yield running
    finally:
        running.process.terminate()
        running.process.wait(60)


def addresses(served: ServedTown) -> list[str]:
    """Return a mix of map, densities, coverage and tiles."""
    release = served.city.releases["new"]
    tiles = [f"/tiles/{release}/{layer}/9/251/183.mvt" for layer in ("base", "iris", "lieux")]
    return ["/", *API, *tiles, *COVERAGE, *API]


def memory(server: Server) -> int:
    """Return the bytes of the biggest process."""
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in server.workers()]
    return max(pages) * os.sysconf("SC_PAGE_SIZE")


def of_release(server: Server, address: str, release: int) -> bytes:
    """Return an answer of a release, once both processes know that it is published."""
    found = b""

    def met() -> bool:
        nonlocal found
        found = server.get(address)
        return bool(json.loads(found)["release"]["id"] == release)

    server.until(met)
    return found


def told(name: str, met: Measured, server: Server) -> None:
    median, slow = (f"{met.quantile(share) * 1000:.0f} ms" for share in (0.5, 0.99))
    print(  # noqa: T201 - the summary
        f"\n{name} : {met.statuses.total()} réponses, {met.rate:.0f}/s, médiane {median}, p99 {slow}, "
        f"{dict(met.statuses)}, {memory(server) >> 20} Mo"
    )


def during(
    server: Server, asked: list[str], event: Callable[[], None] | None = None, *, keep: bool = False
) -> Measured:
    """Ask for all of it over two hundred connections, and let something happen meanwhile."""

    async def both() -> Measured:
        reading = asyncio.create_task(
            run(server.port, asked, connections=CONNECTIONS, seconds=SECONDS, headers="", keep=keep)
        )
        if event:
            await asyncio.sleep(SECONDS / 4)
            await asyncio.to_thread(event)
        return await reading

    return asyncio.run(both())


def test_two_hundred_readers_meet_no_error_and_memory_stays_flat(
    server: Server, place: tuple[Cluster, ServedTown]
) -> None:
    asked = addresses(place[1])
    asyncio.run(run(server.port, asked, connections=CONNECTIONS, seconds=min(5.0, SECONDS)))
    before = memory(server)
    met = during(server, asked)
    told("charge", met, server)
    assert set(met.statuses) == {200}
    assert memory(server) - before < MOST_GROWTH


def test_readers_get_the_old_release_or_the_new_one_and_never_a_mixture(
    server: Server, place: tuple[Cluster, ServedTown]
) -> None:
    releases = place[1].city.releases
    settings = place[1].settings()
    engine = job_engine(settings)
    whole: dict[tuple[str, int], bytes] = {}
    for name in ("old", "new"):
        publish_release(engine, settings, releases[name])
        for address in API:
            whole[address, releases[name]] = of_release(server, address, releases[name])
    published = 0

    def publish_in_turn() -> None:
        """Publish as the command and the worker do: the ledger, the lock, the states in one transaction."""
        nonlocal published
        end = time.monotonic() + SECONDS / 2
        while time.monotonic() < end:
            for name in ("old", "new"):
                assert publish_release(engine, settings, releases[name]).outcome == "published"
                published += 1

    met = during(server, list(API), publish_in_turn, keep=True)
    engine.dispose()
    told(f"{published} publications", met, server)
    assert set(met.statuses) == {200}
    seen = set()
    for answer in met.kept:
        release = json.loads(answer.body)["release"]["id"]
        seen.add(release)
        assert answer.body == whole[answer.address, release]
    assert seen == set(releases.values())


def test_a_restart_of_postgresql_is_a_503_that_says_when_to_come_back(
    server: Server, place: tuple[Cluster, ServedTown]
) -> None:
    cluster, served = place

    def restart() -> None:
        cluster.stop()
        cluster.start()

    met = during(server, addresses(served), restart, keep=True)
    told("redémarrage de PostgreSQL", met, server)
    assert set(met.statuses) <= {200, 503}
    assert DROPPED not in met.statuses
    refused = [answer for answer in met.kept if answer.status == 503]
    assert all(b"retry-after" in answer.headers for answer in refused)
    server.until(lambda: b'"ready"' in server.get("/readyz"))
    assert met.kept[-1].status == 200
