"""How long a release of the whole country takes to build, how its cost grows, and what its portraits cost."""

import os
import resource
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import Connection, text

from app.api.main import create_app
from app.db import migrate
from app.db.engines import job_engine
from app.db.sql import load
from app.indicators.publish import build, publish
from app.settings import Settings
from tests.bench.country import PRACTICES, add_practices, fill_ground, size_of

SHARES = (0.25, 0.5, 1.0)
ASKED = 30


def lines(settings: Settings, scale: float) -> Iterator[str]:
    """Yield what each build took, the slope in practices and a portrait's time, on the country at a scale."""
    engine = job_engine(settings)
    migrate.upgrade(engine)
    size = size_of(scale)
    with engine.begin() as connection:
        fill_ground(connection, size)
        yield f"pays : {_counted(connection)}"
        known, found = 0, []
        for share in SHARES:
            practices = int(PRACTICES * scale * share)
            add_practices(connection, size, known, practices)
            file = connection.execute(
                text("SELECT id FROM ops.source_file WHERE register = 'ban'")
            ).scalar_one()
            connection.execute(load("app.supply", "street_insert"), {"source_file_id": file})
            known = practices
            start, spent = time.perf_counter(), _worked(connection)
            release = build(connection)
            found.append(_worked(connection) - spent)
            yield (
                f"construction, {practices} exercices : {time.perf_counter() - start:.0f} s, dont "
                f"{found[-1]:.0f} s de processeur ; {_memory(connection)}"
            )
        publish(connection, release.id)
    rates = [
        (after - before) / (PRACTICES * scale * (upper - lower) / 100_000)
        for before, after, lower, upper in zip(found, found[1:], SHARES, SHARES[1:], strict=False)
    ]
    yield f"100 000 exercices de plus : {rates[0]:.1f} puis {rates[1]:.1f} s de processeur (égaux : linéaire)"
    engine.dispose()
    with TestClient(create_app(settings)) as client:
        for level in ("qpv", "iris", "commune"):
            yield f"portrait, {level} : {1000 * _portrait(client, level):.0f} ms (médiane)"


def _counted(connection: Connection) -> str:
    rows = connection.execute(text("SELECT level, count(*) FROM territory.territory GROUP BY 1 ORDER BY 2"))
    return ", ".join(f"{count} {level}" for level, count in rows)


def _worked(connection: Connection) -> float:
    """Return the seconds of processor that this process and its server process used: others do not count."""
    fields = _status(connection, "stat").rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _status(connection: Connection, name: str) -> str:
    backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return Path(f"/proc/{backend}/{name}").read_text(encoding="utf-8")


def _memory(connection: Connection) -> str:
    """Return the highest memory of this process and of its server process, shared buffers in it."""
    status = _status(connection, "status").splitlines()
    server = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = f"programme {ours >> 10} Mo, serveur {server >> 10} Mo"
    return f"mémoire la plus haute : {told} ({os.cpu_count()} cœurs)"


def _portrait(client: TestClient, level: str) -> float:
    listed = client.get(f"/api/v1/territories?level={level}").json()["items"]
    codes = [item["code"] for item in listed[-ASKED:]]
    times = []
    for code in codes:
        start = time.perf_counter()
        answer = client.get(f"/api/v1/territories/{level}/{code}")
        times.append(time.perf_counter() - start)
        assert answer.status_code == 200, answer.text
    return statistics.median(times)
