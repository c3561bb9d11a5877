"""Isochrones through the whole API, against Valhalla's bare call for the same areas (DESIGN 8).

``python -m tests.bench.isochrones`` prints the table alone; Porto needs the folder of public excerpts.
"""

import hashlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from shutil import rmtree
from threading import Thread
from urllib.parse import urlencode

import numpy as np
import uvicorn
import valhalla
from pydantic import SecretStr

from app.api.main import create_app
from app.db import migrate
from app.db.cluster import Cluster
from app.db.engines import job_engine
from app.settings import PROJECT, Settings
from app.travel import store
from app.travel.engine import AHEAD, DENOISE
from app.travel.graph import Graph, Ingredients, build_graph
from app.travel.modes import COSTINGS, Mode
from geodata.demo import osm
from geodata.demo.city import build
from tests.bench.synthetic import fill

ASKED: tuple[tuple[Mode, tuple[int, ...]], ...] = (
    ("walk", (15,)), ("walk", (5, 10, 15)), ("bike", (20,)), ("car", (5, 10, 15)),
)  # fmt: skip
POINTS = 15
BOUND, CACHED_MS = 1.3, 5


def lines(settings: Settings) -> Iterator[str]:
    """Yield one line a city, mode and minutes; the database of ``settings`` is migrated and may be filled."""
    engine = job_engine(settings)
    with engine.begin() as connection:
        fill(connection, 100, 1_000)
    for name, extract in _extracts(settings.home):
        digest = hashlib.sha256(extract.read_bytes()).hexdigest()
        graph, _ = build_graph(settings.home, Ingredients(extract, digest))
        with engine.begin() as connection:
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
    """Ask the same points of a bare actor in this process and of the API, in turn."""
    actor = valhalla.Actor(graph.actor_config())
    places = _places(graph)
    with _served(settings) as client:
        for mode, minutes in ASKED:
            _ours(client, *places[0], mode, minutes)  # the process started, the base connected
            rows = [
                (
                    _bare(actor, lon, lat, mode, minutes),
                    _ours(client, lon, lat, mode, minutes),
                    _ours(client, lon, lat, mode, minutes),
                )
                for lon, lat in places[1:]
            ]
            bare, ours, again = (statistics.median(column) * 1000 for column in zip(*rows, strict=True))
            yield (
                f"isochrone {name}, {mode} {','.join(map(str, minutes)):<8} {ours:8.1f} ms   "
                f"Valhalla seule {bare:8.1f} ms   rapport {ours / bare:5.2f} (attendu <= {BOUND})   "
                f"redonné {again:5.1f} ms (attendu <= {CACHED_MS})"
            )


@contextmanager
def _served(settings: Settings) -> Iterator[HTTPConnection]:
    """Serve the API as a city does, and keep one connection to it."""
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_config=None, access_log=False))
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    link = HTTPConnection("127.0.0.1", server.servers[0].sockets[0].getsockname()[1])
    yield link
    link.close()
    server.should_exit = True
    thread.join()


def _places(graph: Graph) -> list[tuple[float, float]]:
    """Return junctions from the middle half of a city."""
    junctions = graph.streets().junctions
    low, high = np.quantile(junctions, [0.25, 0.75], axis=0)
    middle = junctions[((junctions > low) & (junctions < high)).all(axis=1)]
    chosen = middle[np.random.default_rng(1).choice(len(middle), POINTS + 1, replace=False)]
    return [(round(lon, 5), round(lat, 5)) for lon, lat in chosen.tolist()]


def _bare(actor: valhalla.Actor, lon: float, lat: float, mode: Mode, minutes: tuple[int, ...]) -> float:
    """Return the seconds of the call as anybody would write it; the areas are those of the API's answer."""
    request = json.dumps({
        "locations": [{"lon": lon, "lat": lat}],
        "costing": COSTINGS[mode].valhalla,
        "contours": [{"time": each - AHEAD[mode]} for each in minutes],
        "polygons": True,
        "denoise": DENOISE,
    })  # fmt: skip
    start = time.perf_counter()
    actor.isochrone(request)
    return time.perf_counter() - start


def _ours(client: HTTPConnection, lon: float, lat: float, mode: Mode, minutes: tuple[int, ...]) -> float:
    listed = ",".join(map(str, minutes))
    query = urlencode({"lon": lon, "lat": lat, "mode": mode, "minutes": listed, "format": "geojson"})
    start = time.perf_counter()
    client.request("GET", f"/api/v1/isochrones?{query}")
    answer = client.getresponse()
    body = answer.read()
    spent = time.perf_counter() - start
    assert answer.status == 200, body
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
