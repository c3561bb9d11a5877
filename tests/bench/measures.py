"""The measures: ours and the peer's on the same rows, one after the other, several times."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import geopandas
import shapely
from fastapi.testclient import TestClient
from sqlalchemy import Connection, text

from app.api.main import create_app
from app.indicators.counts import count_release
from app.settings import Settings
from tests.bench.synthetic import VINTAGE, polygons

PEER = "geopandas.to_json"


@dataclass(frozen=True, slots=True)
class Measure:
    """Seconds of ours and of the peer (medians), and the bound that DESIGN 8 sets on their ratio."""

    name: str
    ours: float
    peer_name: str
    peer: float
    bound: str


def median_seconds(call: Callable[[], object], times: int = 5) -> float:
    """Return the median time of a call after one that warms up."""
    call()
    spent = []
    for _ in range(times):
        gc.collect()
        start = time.perf_counter()
        call()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def counts(connection: Connection, release: int, iris: int) -> Measure:
    """Every profession in every IRIS from the stored placements, against geopandas.sjoin alone."""

    def ours() -> None:
        connection.execute(text("TRUNCATE indicator.count"))
        day = date.fromisoformat(VINTAGE)
        count_release(connection, release, day, day)

    rows = connection.execute(text(
        "SELECT ST_X(l.geom), ST_Y(l.geom) FROM supply.practice p JOIN supply.placement l USING (site_id)"
    )).all()  # fmt: skip
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*zip(*rows, strict=True)), crs=4326)
    frame = geopandas.GeoDataFrame(geometry=polygons(iris), crs=4326)
    peer = median_seconds(lambda: geopandas.sjoin(points, frame, predicate="within"), 3)
    name = f"toutes professions × {iris} IRIS, {len(points)} lieux"
    return Measure(name, median_seconds(ours, 3), "geopandas.sjoin", peer, "<= 1")


def geojson(settings: Settings, number: int) -> list[Measure]:
    """GeoJSON of territories through the whole API, against geopandas.to_json of the same polygons.

    Twice: computed by a server that never gave this answer, and given again from its memory.
    """
    frame = geopandas.GeoDataFrame(
        {"code": [f"{n:09d}" for n in range(number)]},
        geometry=shapely.multipolygons(polygons(number)[:, None]),
        crs=4326,
    )
    peer = median_seconds(frame.to_json, 3)
    computed, again = [], []
    for _ in range(5):
        with TestClient(create_app(settings)) as client:
            client.get("/api/v1/territories?level=commune")  # connected, nothing of this answer known
            computed.append(_seconds(client, number))
            again.append(_seconds(client, number))
    return [
        Measure(f"GeoJSON de {number} polygones, calculé", statistics.median(computed), PEER, peer, "<= 0.1"),
        Measure(f"GeoJSON de {number} polygones, redonné", statistics.median(again), PEER, peer, "<= 0.1"),
    ]


def _seconds(client: TestClient, number: int) -> float:
    path = "/api/v1/territories?level=iris&format=geojson&detail=full"
    start = time.perf_counter()
    answer = client.get(path, headers={"Accept-Encoding": "identity"})
    spent = time.perf_counter() - start
    assert answer.status_code == 200, answer.text
    assert answer.content.count(b'"type":"Feature",') == number
    return spent


def densities(client: TestClient, number: int) -> float:
    """Return the median seconds of a density answer for ``number`` IRIS."""
    path = "/api/v1/densities?level=iris&profession=medecin_generaliste"

    def ours() -> None:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        assert answer.json()["count"] == number

    return median_seconds(ours, 15)
