"""How long releases take to build, of a whole country and of the demo city, and what their portraits cost."""

import os
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, text

from app.api.main import create_app
from app.db import migrate
from app.db.engines import job_engine
from app.db.sql import load
from app.indicators.publish import build, publish
from app.jobs.demo import UNDATED, demo_files
from app.jobs.refresh import refresh
from app.jobs.releases import build_release, publish_release
from app.settings import Settings
from tests.bench import portraits
from tests.bench.country import PRACTICES, Size, add_practices, fill_ground, size_of

SHARES = (0.25, 0.5, 1.0)
MOST_SECONDS, MOST_MB, MOST_DEMO_SECONDS = 600, 6_000, 20


@dataclass(frozen=True, slots=True)
class _Built:
    """One build: its release and practices, seconds on the clock and of processor, the highest MB so far."""

    release: int
    practices: int
    wall: float
    worked: float
    ours: int
    server: int

    def told(self) -> str:
        """Return what it took, in French."""
        return (
            f"construction, {self.practices} exercices : {self.wall:.0f} s, dont {self.worked:.0f} s de "
            f"processeur ; mémoire la plus haute : programme {self.ours} Mo, serveur {self.server} Mo "
            f"({os.cpu_count()} cœurs)"
        )

    def verdict(self) -> str:
        """Return whether it holds the bounds of a whole country."""
        memory = self.ours + self.server
        held = self.wall <= MOST_SECONDS and memory <= MOST_MB
        return (
            f"construction entière : {self.wall:.0f} s ({self.worked:.0f} de processeur) pour {MOST_SECONDS} "
            f"au plus, {memory} Mo pour {MOST_MB} au plus : {'tenu' if held else 'DÉPASSÉ'}"
        )


def lines(settings: Settings, scale: float) -> Iterator[str]:
    """Yield what each build took, the slope in practices and the time of portraits.

    Of the demo city, then of a country at a scale, which has no streets.
    """
    engine = job_engine(settings)
    migrate.upgrade(engine)
    yield _demo(engine, settings)
    with TestClient(create_app(settings)) as client:
        yield from portraits.lines(client, "ville de démonstration")
        yield from portraits.drawn_lines(client, "ville de démonstration")
    migrate.downgrade(engine, "base")
    migrate.upgrade(engine)
    yield from _country(engine, scale)
    with TestClient(create_app(settings)) as client:
        yield from portraits.lines(client, "pays sans rues")
    engine.dispose()


def _country(engine: Engine, scale: float) -> Iterator[str]:
    """Yield what the builds of a country took, at a quarter, a half and all of its practices."""
    size = size_of(scale)
    with engine.begin() as connection:
        fill_ground(connection, size)
        yield f"pays : {_counted(connection)}"
        found: list[_Built] = []
        for share in SHARES:
            known = found[-1].practices if found else 0
            found.append(_built(connection, size, known, int(PRACTICES * scale * share)))
            yield found[-1].told()
        publish(connection, found[-1].release)
    rates = [
        (after.worked - before.worked) / (after.practices - before.practices) * 100_000
        for before, after in pairwise(found)
    ]
    yield f"100 000 exercices de plus : {rates[0]:.1f} puis {rates[1]:.1f} s de processeur (égaux : linéaire)"
    yield found[-1].verdict()


def _built(connection: Connection, size: Size, known: int, practices: int) -> _Built:
    """Bring the practices of the country from ``known`` to ``practices``, and build its release."""
    add_practices(connection, size, known, practices)
    file = connection.execute(text("SELECT id FROM ops.source_file WHERE register = 'ban'")).scalar_one()
    connection.execute(load("app.supply", "street_insert"), {"source_file_id": file})
    start, spent = time.perf_counter(), _worked(connection)
    release = build(connection)
    wall, worked = time.perf_counter() - start, _worked(connection) - spent
    return _Built(release.id, practices, wall, worked, *_memory(connection))


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


def _memory(connection: Connection) -> tuple[int, int]:
    """Return the highest memory of this process and of its server process, shared buffers in it, in MB."""
    status = _status(connection, "status").splitlines()
    server = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10, server >> 10


def _demo(engine: Engine, settings: Settings) -> str:
    """Publish the demo city, and tell how long the release of its newest supply took, with its times."""
    offline = settings.model_copy(update={"offline": True})
    for path in demo_files(offline):
        refresh(engine, offline, path, vintage=UNDATED.get(path.name))
    start = time.perf_counter()
    built = build_release(engine, None, offline)
    spent = time.perf_counter() - start
    publish_release(engine, offline, built.id, accept=True)
    verdict = "tenu" if spent <= MOST_DEMO_SECONDS else "DÉPASSÉ"
    return (
        f"ville de démonstration, tous les indicateurs, professions et niveaux : {spent:.1f} s, rues et "
        f"temps de trajet compris (attendu {MOST_DEMO_SECONDS} au plus : {verdict})"
    )
