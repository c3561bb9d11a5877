"""Isochrones through the whole API, against Valhalla's bare call for the same areas (DESIGN 8).

Two peers: the call in this process, and the same call behind uvicorn and nothing else, since the least
answer over HTTP takes a third of a millisecond. Ours also counts people by age, of 20 000 squares in Porto.
Both servers are processes of their own, asked in turn over connections that stay open.

``python -m tests.bench.isochrones`` prints the table alone; Porto needs the folder of public excerpts.
"""

import hashlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from shutil import rmtree
from urllib.parse import urlencode

import numpy as np
import valhalla
from pydantic import SecretStr

from app.db import migrate
from app.db.cluster import Cluster
from app.db.engines import job_engine
from app.settings import PROJECT, Settings
from app.travel import store
from app.travel.engine import AHEAD, DENOISE
from app.travel.graph import Graph, Ingredients, build_graph
from app.travel.modes import COSTINGS, StreetMode
from geodata.demo import osm
from geodata.demo.city import build
from tests.bench.coverage import people
from tests.bench.synthetic import fill
from tests.bench.travel import points

ASKED: tuple[tuple[StreetMode, tuple[int, ...]], ...] = (
    ("walk", (15,)), ("walk", (5, 10, 15)), ("bike", (20,)), ("car", (5, 10, 15)),
)  # fmt: skip
# The middle of fewer moves by a fifth from one run to the next, on a machine whose neighbours are felt.
POINTS = 120
BOUND, CACHED_MS = 1.3, 5


def lines(settings: Settings) -> Iterator[str]:
    """Yield one line a city, mode and minutes; the database of ``settings`` is migrated and may be filled."""
    engine = job_engine(settings)
    with engine.begin() as connection:
        release = fill(connection, 100, 1_000)
    for name, extract in _extracts(settings.home):
        digest = hashlib.sha256(extract.read_bytes()).hexdigest()
        graph, _ = build_graph(settings.home, Ingredients(extract, digest))
        with engine.begin() as connection:
            people(connection, release, points(graph)[0])
            store.record(connection, graph, digest)
        yield from _city(name, settings, graph)
    engine.dispose()


def _extracts(home: Path) -> Iterator[tuple[str, Path]]:
    demo = home / "bench.osm.pbf"
    osm.write(demo, build(2025))
    yield "démonstration", demo
    folder = Path(os.environ.get("OBSERVATOIRE_REAL_DATA") or PROJECT.parent / "shared" / "data")
    if (folder / "osm" / "porto.osm.pbf").exists():
        yield "Porto", folder / "osm" / "porto.osm.pbf"


def _city(name: str, settings: Settings, graph: Graph) -> Iterator[str]:
    """Ask the same points of a bare actor in this process, of one behind uvicorn, and of the API, in turn."""
    actor = valhalla.Actor(graph.actor_config())
    places = _places(graph)
    lean = [sys.executable, "-m", "uvicorn", "tests.bench.bare_valhalla:answer", "--log-level", "error"]
    with (
        _served([*lean, "--port"], {"BENCH_GRAPH": str(graph.folder)}) as bare,
        _observatory(settings) as api,
    ):
        for mode, minutes in ASKED:
            for lon, lat in places[:2]:  # processes started, what a release holds read, streets in memory
                _ours(api, lon, lat, mode, minutes)
                _bare(actor, lon, lat, mode, minutes)
                _served_bare(bare, lon, lat, mode, minutes)
            rows = [
                (
                    _bare(actor, lon, lat, mode, minutes),
                    _served_bare(bare, lon, lat, mode, minutes),
                    _ours(api, lon, lat, mode, minutes),
                    _ours(api, lon, lat, mode, minutes),
                )
                for lon, lat in places[2:]
            ]
            call, served, ours, again = (
                statistics.median(column) * 1000 for column in zip(*rows, strict=True)
            )
            verdict = "tenu" if ours <= BOUND * call else "dépassé"
            kept = "tenu" if again <= CACHED_MS else "dépassé"
            yield (
                f"isochrone {name}, {mode} {','.join(map(str, minutes)):<8} {ours:7.1f} ms   "
                f"Valhalla servie {served:7.1f} ms, rapport {ours / served:5.2f}   "
                f"appel seul {call:7.1f} ms, rapport {ours / call:5.2f} (<= {BOUND} : {verdict})   "
                f"redonné {again:5.1f} ms (<= {CACHED_MS} : {kept})"
            )


def _observatory(settings: Settings) -> AbstractContextManager[HTTPConnection]:
    """Serve the observatory as a city does."""
    url = {} if settings.database_url is None else {"OBSERVATOIRE_DATABASE_URL": settings.database_url}
    secrets = {name: value.get_secret_value() for name, value in url.items()}
    order = [sys.executable, "-m", "app.cli", "serve", "--port"]
    # Counted as everybody is, and never turned away.
    pace = {"OBSERVATOIRE_LIMIT_PER_ADDRESS": "1000000"}
    return _served(order, {"OBSERVATOIRE_HOME": str(settings.home), **pace, **secrets})


@contextmanager
def _served(order: list[str], variables: dict[str, str]) -> Iterator[HTTPConnection]:
    """Start a server on a free port, which ends ``order``, and keep one connection to it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*order, str(port)],
        env=os.environ | variables,
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield _connected(port)
    finally:
        process.terminate()
        process.wait()


def _connected(port: int) -> HTTPConnection:
    for _ in range(600):
        link = HTTPConnection("127.0.0.1", port)
        with suppress(OSError):
            link.connect()
            return link
        time.sleep(0.1)
    raise TimeoutError


def _places(graph: Graph) -> list[tuple[float, float]]:
    """Return junctions from the middle half of a city."""
    junctions = graph.streets().junctions
    low, high = np.quantile(junctions, [0.25, 0.75], axis=0)
    middle = junctions[((junctions > low) & (junctions < high)).all(axis=1)]
    chosen = middle[np.random.default_rng(1).choice(len(middle), POINTS + 2, replace=False)]
    return [(round(lon, 5), round(lat, 5)) for lon, lat in chosen.tolist()]


def _asked(lon: float, lat: float, mode: StreetMode, minutes: tuple[int, ...]) -> str:
    """Return the call as anybody would write it, for the areas of the API's answer."""
    return json.dumps({
        "locations": [{"lon": lon, "lat": lat}],
        "costing": COSTINGS[mode].valhalla,
        "contours": [{"time": each - AHEAD[mode]} for each in minutes],
        "polygons": True,
        "denoise": DENOISE,
    })  # fmt: skip


def _bare(actor: valhalla.Actor, lon: float, lat: float, mode: StreetMode, minutes: tuple[int, ...]) -> float:
    """Return the seconds of the call itself."""
    request = _asked(lon, lat, mode, minutes)
    start = time.perf_counter()
    actor.isochrone(request)
    return time.perf_counter() - start


def _served_bare(
    client: HTTPConnection, lon: float, lat: float, mode: StreetMode, minutes: tuple[int, ...]
) -> float:
    """Return the seconds of the call behind a server."""
    return _seconds(client, "POST", "/", _asked(lon, lat, mode, minutes))


def _ours(
    client: HTTPConnection, lon: float, lat: float, mode: StreetMode, minutes: tuple[int, ...]
) -> float:
    listed = ",".join(map(str, minutes))
    query = urlencode({"lon": lon, "lat": lat, "mode": mode, "minutes": listed, "format": "geojson"})
    return _seconds(client, "GET", f"/api/v1/isochrones?{query}")


def _seconds(client: HTTPConnection, method: str, path: str, body: str | None = None) -> float:
    start = time.perf_counter()
    try:
        client.request(method, path, body)
        answer = client.getresponse()
    except ConnectionError:  # a connection at rest was closed while the others were asked
        client.close()
        return _seconds(client, method, path, body)
    received = answer.read()
    spent = time.perf_counter() - start
    assert answer.status == 200, received
    return spent


def main() -> None:
    """Print the table from a cluster of its own, which goes afterwards."""
    home = Path(tempfile.mkdtemp(prefix="observatoire-bench-", dir="/var/tmp"))
    home.chmod(0o755)
    cluster = Cluster(home)
    try:
        settings = Settings(home=home, database_url=SecretStr(cluster.ensure("bench")))
        engine = job_engine(settings)
        migrate.upgrade(engine)
        engine.dispose()
        for line in lines(settings):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    finally:
        cluster.drop()
        rmtree(home)


if __name__ == "__main__":
    main()
