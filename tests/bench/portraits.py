"""What portraits cost at each level, and drawn areas, of a server that keeps no answer from before."""

import statistics
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice

from fastapi.testclient import TestClient
from httpx import Response

from app.api.kept import KeptAnswers
from app.indicators.wording import LEVEL_NAMES, Level

LEVELS: tuple[Level, ...] = ("commune", "epci", "departement", "region", "qpv", "iris", "quartier")
DRAWN: tuple[Level, ...] = ("qpv", "iris")
ASKED = 30
BOUND_MS = 50


def lines(client: TestClient, where: str) -> Iterator[str]:
    """Yield a line a level that is published: the first portrait of the level, then the median of thirty."""
    for level in LEVELS:
        listed = client.get(f"/api/v1/territories?level={level}")
        # A level that nothing published has is a 404.
        codes = [item["code"] for item in listed.json().get("items", ())]
        if codes:
            paths = [f"/api/v1/territories/{level}/{code}" for code in codes[-ASKED:]]
            yield _told(client, f"portrait, {where}, {LEVEL_NAMES[level].label}", client.get, paths)


def drawn_lines(client: TestClient, where: str) -> Iterator[str]:
    """Yield what the answer on a drawn area takes, the outlines of published territories being drawn."""
    for level in DRAWN:
        listed = client.get(f"/api/v1/territories?level={level}").json()["items"][-ASKED:]
        outlines = [
            client.get(f"/api/v1/territories/{level}/{item['code']}?format=geojson").content
            for item in listed
        ]

        def drawn(outline: bytes) -> Response:
            path = "/api/v1/territories/perimetre"
            return client.post(path, content=outline, headers={"Content-Type": "application/geo+json"})

        yield _told(client, f"zone dessinée, {where}, comme un {LEVEL_NAMES[level].label}", drawn, outlines)


def _told[T](client: TestClient, what: str, ask: Callable[[T], Response], asked: list[T]) -> str:
    (first, _), *others = [_milliseconds(client, ask, one) for one in islice(cycle(asked), ASKED + 1)]
    median, worked = (statistics.median(each) for each in zip(*others, strict=True))
    verdict = "tenu" if median <= BOUND_MS else "DÉPASSÉ"
    return (
        f"{what} : {first:.0f} ms la première fois, puis {median:.0f} ms dont {worked:.0f} de processeur du "
        f"programme (médianes de {ASKED}, aucune gardée ; attendu {BOUND_MS} au plus : {verdict})"
    )


def _milliseconds[T](client: TestClient, ask: Callable[[T], Response], one: T) -> tuple[float, float]:
    """Return how long an answer takes that is not kept, and how much of it this process works."""
    client.app.state.kept = KeptAnswers()  # type: ignore[attr-defined] - the application, not any ASGI one
    start, worked = time.perf_counter(), time.process_time()
    answer = ask(one)
    spent, worked = time.perf_counter() - start, time.process_time() - worked
    assert answer.status_code == 200, answer.text
    return 1000 * spent, 1000 * worked
