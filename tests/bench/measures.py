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

from app.indicators.counts import count_release
from tests.bench.synthetic import VINTAGE, polygons


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


def geojson(client: TestClient, number: int) -> Measure:
    """GeoJSON of territories through the whole API, against geopandas.to_json of the same polygons."""
    path = "/api/v1/territories?level=iris&format=geojson&detail=full"

    def ours() -> None:
        answer = client.get(path, headers={"Accept-Encoding": "identity"})
        assert answer.status_code == 200, answer.text
        assert answer.content.count(b'"type":"Feature"') == number

    frame = geopandas.GeoDataFrame(
        {"code": [f"{n:09d}" for n in range(number)]},
        geometry=shapely.multipolygons(polygons(number)[:, None]),
        crs=4326,
    )
    return Measure(
        f"GeoJSON de {number} polygones", median_seconds(ours), "geopandas.to_json",
        median_seconds(frame.to_json, 3), "<= 0.1",
    )  # fmt: skip


def densities(client: TestClient, number: int) -> float:
    """Return the median seconds of a density answer for ``number`` IRIS."""
    path = "/api/v1/densities?level=iris&profession=medecin_generaliste"

    def ours() -> None:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        assert answer.json()["count"] == number

    return median_seconds(ours, 15)
