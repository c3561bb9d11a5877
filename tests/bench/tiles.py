"""Tiles against tipg on the same contours and places: same machine, same run, one process each.

50 000 polygons of 64 vertices that share their wavy borders, 500 000 places. tipg reads plain tables with a
spatial index, at its own defaults: it leaves out what exceeds 10 000 features a tile, ours leaves none out.
"""

import asyncio
import os
import random
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import asinh, pi, radians, tan
from pathlib import Path
from statistics import median
from urllib.parse import quote

import numpy as np
import psycopg
import shapely
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from app.db import migrate
from app.db.cluster import Cluster
from app.db.engines import job_engine
from app.db.sql import load
from app.indicators.tile_places import CELLS, ZOOMS
from app.settings import PROJECT, Settings
from app.territory.simplify import store_shapes
from tests.bench.http_load import Measured, once, run

# Of the country at its full size: polygons on a side, and places.
SIDE, PLACES = 224, 500_000
WEST, SOUTH, EAST, NORTH = -4.5, 42.5, 8.0, 51.0
EDGE = 16
BENCHED_ZOOMS = (6, 8, 10, 12, 14)
CONNECTIONS = 8
# Each server in turn, several times: what else the machine does then weighs on all of them.
ROUNDS, SECONDS = 5, 0.8
# What DESIGN 8 asks of a tile drawn anew and of a kept one, times tipg's.
BOUNDS = (2, 20)
TILES_ASKED = 300
START_SECONDS = 300.0
FILE = """
    INSERT INTO ops.source_file (register, variant, vintage, sha256, file_name, size_bytes, rows_in,
                                 rows_kept, rows_rejected)
    VALUES ('iris', 'bench', '2025-01-01', 'bench', '', 0, 0, 0, 0) RETURNING id"""
RELEASE = """
    INSERT INTO ops.release (vintage, fingerprint, status, published_at)
    VALUES ('2025-11-03', repeat('b', 64), 'published', now()) RETURNING id"""
PARTITIONS = ("supply.placement", "indicator.tile_place")
SUPPLY = (
    """
    INSERT INTO supply.site (key, street_key, street_core)
    SELECT 'S' || n, '', '' FROM generate_series(1, :places) n""",
    # Seven in ten stand around sixty towns.
    """
    INSERT INTO supply.placement (release_id, site_id, geom, location_class, method, score, territories)
    SELECT :release, id,
           ST_SetSRID(ST_MakePoint(
             CASE WHEN id % 10 < 7 THEN -4 + (id % 60) * 0.2 + (random() + random() - 1) * 0.2
                  ELSE :west + random() * (:east - :west) END,
             CASE WHEN id % 10 < 7 THEN 43 + (id * 7 % 60) * 0.13 + (random() + random() - 1) * 0.15
                  ELSE :south + random() * (:north - :south) END), 4326),
           'housenumber', 'ban_exact', 1, ARRAY[1]
    FROM supply.site""",
    """
    INSERT INTO supply.practitioner (key) SELECT int4send(n) FROM generate_series(1, :places) n""",
    """
    INSERT INTO supply.exercise (skills, modes, sectors, liberal, ambulatory)
    VALUES ('{}', '{L}', '{}', true, true)""",
    """
    INSERT INTO supply.practice (practitioner_id, site_id, exercise_id, profession_code, valid)
    SELECT p.id, s.id, (SELECT id FROM supply.exercise), '10', daterange('2024-11-04', NULL)
    FROM (SELECT id, row_number() OVER () AS n FROM supply.practitioner) p
    JOIN (SELECT id, row_number() OVER () AS n FROM supply.site) s USING (n)""",
)
PEER_TABLES = (
    "CREATE SCHEMA peer",
    """
    CREATE TABLE peer.polygons AS
    SELECT id, code, name, geom FROM territory.territory""",
    "CREATE TABLE peer.points AS SELECT site_id AS id, 1 AS sites, geom FROM supply.placement",
    "ALTER TABLE peer.polygons ADD PRIMARY KEY (id)",
    "ALTER TABLE peer.points ADD PRIMARY KEY (id)",
    "CREATE INDEX ON peer.polygons USING gist (geom)",
    "CREATE INDEX ON peer.points USING gist (geom)",
    "ANALYZE",
)


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs: where it answers, and its process."""

    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Rate:
    """What a server gave: tiles a second, and seconds of processor a tile, its own and the database's."""

    tiles: float
    processor: float


def lines(settings: Settings, scale: float) -> Iterator[str]:
    """Yield the table: ours drawn anew, ours kept, tipg; and both ratios, against what DESIGN 8 asks."""
    start = time.perf_counter()
    side, places = int(SIDE * scale**0.5), int(PLACES * scale)
    release = fill(settings, side, places)
    yield f"{side**2} contours et {places} lieux en {time.perf_counter() - start:.0f} s"
    yield (
        f"Tuiles par seconde, médiane de {ROUNDS} tours de {SECONDS:g} s : les trois serveurs à tour de "
        f"rôle, un processus chacun, {CONNECTIONS} connexions, les mêmes tuiles pour tous, tirées au sort "
        "sur tout le pays et demandées une fois avant.\n« processeur » : le temps de processeur d'une tuile, "
        "serveur et base, celui de tipg sur celui de la dessinée."
    )
    yield (
        f"{'':18}{'tuiles':>8}{'dessinée':>10}{'gardée':>9}{'tipg':>7}{'dessinée/tipg':>15}{'processeur':>12}"
        f"{'gardée/tipg':>13}"
    )
    peer_url = settings_url(settings)
    with (
        served("app.web.application:web_application", ours(settings, kept=False), factory=True) as drawn,
        served("app.web.application:web_application", ours(settings, kept=True), factory=True) as kept,
        served("tipg.main:app", {"DATABASE_URL": peer_url, "TIPG_DB_SCHEMAS": '["peer"]'}) as peer,
    ):
        for layer, table in (("iris", "polygons"), ("lieux", "points")):
            for zoom in BENCHED_ZOOMS:
                tiles = tiles_at(zoom)
                mine = [f"/tiles/{release}/{layer}/{tile}.mvt" for tile in tiles]
                theirs = [f"/collections/peer.{table}/tiles/WebMercatorQuad/{tile}" for tile in tiles]
                rates = in_turn([(drawn, mine), (kept, mine), (peer, theirs)], settings)
                yield f"{layer:>8}, zoom {zoom:<2} {len(tiles):>8}{told(*rates)}"


def told(drawn: Rate, kept: Rate, peer: Rate) -> str:
    """Return one line's figures, and what DESIGN 8 asks and does not get."""
    ratios = (drawn.tiles / peer.tiles, kept.tiles / peer.tiles)
    missed = [
        f"{name} < {bound} x"
        for name, ratio, bound in zip(("dessinée", "gardée"), ratios, BOUNDS, strict=True)
        if ratio < bound
    ]
    return (
        f"{drawn.tiles:>10.0f}{kept.tiles:>9.0f}{peer.tiles:>7.0f}{ratios[0]:>13.1f} x"
        f"{peer.processor / drawn.processor:>10.1f} x{ratios[1]:>11.0f} x   "
        f"{' ; '.join(missed) or 'tient'}"
    )


def in_turn(asked: list[tuple[Served, list[str]]], settings: Settings) -> list[Rate]:
    """Return the median rates of servers asked in turn, each for everything once before."""
    for server, addresses in asked:
        asyncio.run(once(server.port, addresses, connections=CONNECTIONS))
    database = database_processes(settings)
    found: list[list[Rate]] = [[] for _ in asked]
    for _ in range(ROUNDS):
        for rates, (server, addresses) in zip(found, asked, strict=True):
            before = processor_seconds([server.pid, *database])
            load = run(server.port, addresses, connections=CONNECTIONS, seconds=SECONDS)
            answered = checked(asyncio.run(load))
            spent = processor_seconds([server.pid, *database]) - before
            rates.append(Rate(answered.rate, spent / len(answered.times)))
    return [
        Rate(median(one.tiles for one in rates), median(one.processor for one in rates)) for rates in found
    ]


def database_processes(settings: Settings) -> list[int]:
    """Return the processes of the bench's own PostgreSQL: those that its first one has begun."""
    first = Cluster(settings.home).status().pid
    return [
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if _stat(int(folder.name)).get("parent") == first
    ]


def processor_seconds(processes: list[int]) -> float:
    """Return the processor time of processes, those that have ended left out."""
    return sum(_stat(pid).get("ticks", 0) for pid in processes) / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> dict[str, int]:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return {}
    return {"parent": int(fields[1]), "ticks": int(fields[11]) + int(fields[12])}


def checked(measured: Measured) -> Measured:
    """Return a run whose answers are all tiles; tipg says 204 for an empty one."""
    assert set(measured.statuses) <= {200, 204}, measured.statuses
    return measured


def tiles_at(zoom: int) -> list[str]:
    """Return z/x/y of tiles all over the country, the same ones every time."""
    draw = random.Random(zoom)
    found = set()
    for _ in range(TILES_ASKED):
        lon, lat = draw.uniform(WEST, EAST), draw.uniform(SOUTH, NORTH)
        side = 1 << zoom
        y = (1 - asinh(tan(radians(lat))) / pi) / 2 * side
        found.add(f"{zoom}/{int((lon + 180) / 360 * side)}/{int(y)}")
    return sorted(found)


def fill(settings: Settings, side: int, places: int) -> int:
    """Write the contours and places of a country as loads and a build leave them; return the release."""
    engine = job_engine(settings)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        file = connection.execute(text(FILE)).scalar_one()
        release: int = connection.execute(text(RELEASE)).scalar_one()
        for table in PARTITIONS:
            connection.execute(
                text(f"CREATE TABLE {table}_release_{release} PARTITION OF {table} FOR VALUES IN ({release})")
            )
        _copy_contours(connection, file, side)
        store_shapes(connection, file)
        connection.execute(
            text("INSERT INTO territory.membership SELECT :release, id, '{}' FROM territory.territory"),
            {"release": release},
        )
        asked = {
            "release": release,
            "places": places,
            "west": WEST,
            "east": EAST,
            "south": SOUTH,
            "north": NORTH,
        }
        for statement in SUPPLY:
            named = {name: value for name, value in asked.items() if f":{name}" in statement}
            connection.execute(text(statement), named)
        connection.execute(text("ANALYZE"))
        connection.execute(
            load("app.indicators", "tile_place_insert"),
            {
                "release_id": release, "vintage": "2025-11-03", "finess_vintage": "2025-11-03",
                "classes": ["housenumber"], "zooms": list(ZOOMS), "cells": CELLS,
            },
        )  # fmt: skip
        for statement in PEER_TABLES:
            connection.execute(text(statement))
    engine.dispose()
    return release


def _copy_contours(connection: Connection, file: int, side: int) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    columns = "source_file_id, level, code, name, geom"
    with driver.cursor() as cursor, cursor.copy(f"COPY territory.territory ({columns}) FROM STDIN") as copy:
        for rank, shape in enumerate(contours(side)):
            copy.write_row(
                (
                    file,
                    "iris",
                    f"{rank:09d}",
                    f"IRIS {rank}",
                    shapely.to_wkb(shape, hex=True, include_srid=True),
                )
            )


def contours(side: int) -> list[shapely.Geometry]:
    """Return side x side polygons of 4 x EDGE vertices, neighbours sharing their wavy borders; EPSG:4326."""
    steps = side * EDGE
    x, y = np.meshgrid(np.arange(steps + 1), np.arange(steps + 1), indexing="ij")
    wave = np.random.default_rng(3).normal(0, 0.15, (2, steps + 1, steps + 1)).astype(np.float32)
    lon = WEST + (x + wave[0]) * (EAST - WEST) / steps
    lat = SOUTH + (y + wave[1]) * (NORTH - SOUTH) / steps
    ahead = np.arange(EDGE)
    ring_x = np.concatenate([ahead, np.full(EDGE, EDGE), EDGE - ahead, np.zeros(EDGE, int), [0]])
    ring_y = np.concatenate([np.zeros(EDGE, int), ahead, np.full(EDGE, EDGE), EDGE - ahead, [0]])
    shapes = []
    for i in range(side):
        for j in range(side):
            at = (ring_x + i * EDGE, ring_y + j * EDGE)
            ring = np.column_stack([lon[at], lat[at]])
            shapes.append(shapely.set_srid(shapely.multipolygons([shapely.polygons(ring)]), 4326))
    return shapes


def settings_url(settings: Settings) -> str:
    """Return the address of the database as tipg's driver reads it: the socket's folder is the host."""
    assert settings.database_url
    url = make_url(settings.database_url.get_secret_value())
    host, port = quote(str(url.query["host"]), safe=""), url.query["port"]
    return f"postgresql://{url.username}@{host}:{port}/{url.database}"


def ours(settings: Settings, *, kept: bool) -> dict[str, str]:
    """Return the environment of our server, with or without kept tiles."""
    assert settings.database_url
    return {
        "OBSERVATOIRE_HOME": str(settings.home),
        "OBSERVATOIRE_DATABASE_URL": settings.database_url.get_secret_value(),
        "OBSERVATOIRE_TILE_CACHE_MB": "1024" if kept else "0",
        "OBSERVATOIRE_LIMIT_PER_ADDRESS": "0",
    }


@contextmanager
def served(application: str, environment: dict[str, str], *, factory: bool = False) -> Iterator[Served]:
    """Serve an application with one uvicorn process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--log-level", "error"]
    server = subprocess.Popen(
        [*command, "--no-access-log", *(["--factory"] if factory else [])],
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment},
        cwd=Path(__file__).parent,
    )
    try:
        _await_answer(port, server)
        yield Served(port, server.pid)
    finally:
        server.terminate()
        server.wait(START_SECONDS)


def _await_answer(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"le serveur du port {port} n'a pas répondu")
