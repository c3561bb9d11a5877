"""Graphs as the store knows them: one row each, beside the folder that holds their tiles."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import shapely
from sqlalchemy import Connection, select

from app.db.sql import load
from app.db.tables import graph
from app.travel.coverage import covered_area
from app.travel.failures import GraphError
from app.travel.graph import Graph
from app.travel.modes import MODES, PRESETS, Mode, preset_limit

PACKAGE = "app.travel"


@dataclass(frozen=True, slots=True)
class StoredGraph:
    """One row of ``network.graph``; ``coverage`` is a multipolygon in WGS84."""

    id: int
    fingerprint: str
    file_name: str
    valhalla_version: str
    modes: tuple[Mode, ...]
    coverage: shapely.Geometry
    feed_days: tuple[date, date] | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What is computed for one mode: origins and places, and how many of each no street is near."""

    mode: Mode
    level: str
    origins: int
    origins_off: int
    places: int
    places_off: int


def record(connection: Connection, built: Graph, sha256: str) -> int:
    """Write a built graph into the store and return its number; ``sha256`` is that of its extract."""
    first, last = built.feed_days or (None, None)
    number: int = connection.execute(
        load(PACKAGE, "graph_insert"),
        {
            "fingerprint": built.fingerprint,
            "sha256": sha256,
            "file_name": built.file_name,
            "valhalla_version": built.valhalla_version,
            "modes": list(built.modes),
            "coverage": shapely.to_wkb(covered_area(built.streets())),
            "feed_first": first,
            "feed_last": last,
            "feed_sha256": built.feed_sha256,
            "feed_day": built.feed_day,
        },
    ).scalar_one()
    return number


def number_of(connection: Connection, fingerprint: str) -> int:
    """Return the number of a recorded graph."""
    number: int = connection.execute(
        select(graph.c.id).where(graph.c.fingerprint == fingerprint)
    ).scalar_one()
    return number


def graphs(connection: Connection) -> list[StoredGraph]:
    """Return the graphs of the store, the one built last first."""
    return [
        StoredGraph(
            id=row.id,
            fingerprint=row.fingerprint,
            file_name=row.file_name,
            valhalla_version=row.valhalla_version,
            modes=tuple(mode for mode in MODES if mode in row.modes),
            coverage=shapely.from_wkb(bytes(row.coverage)),
            feed_days=(row.feed_first, row.feed_last) if row.feed_first else None,
            made_at=row.made_at,
        )
        for row in connection.execute(load(PACKAGE, "graph_newest"))
    ]


def newest(connection: Connection) -> StoredGraph:
    """Return the graph built last. Raises GraphError when there is none."""
    found = graphs(connection)
    if not found:
        raise GraphError(
            "Aucun graphe de circulation n'a encore été construit.",
            hint="Construisez-le : observatoire graph build FICHIER.osm.pbf",
        )
    return found[0]


def kept(connection: Connection, graph_id: int) -> list[Kept]:
    """Return what is computed on a graph, one line for each set of origins."""
    return [
        Kept(
            row.mode,
            row.level,
            len(snaps := np.frombuffer(row.origin_snaps, "<f4")),
            int(np.isnan(snaps).sum()),
            row.places,
            row.places_off,
        )
        for row in connection.execute(load(PACKAGE, "graph_counts"), {"graph_id": graph_id})
    ]


def of_extract(connection: Connection, sha256: str, feed_sha256: str | None) -> tuple[int, str] | None:
    """Return the number and fingerprint of the graph built last of an extract, None when there is none.

    With a timetable, of both; without one, whatever timetable it was given by hand.
    """
    row = connection.execute(
        load(PACKAGE, "graph_of_extract"), {"sha256": sha256, "feed_sha256": feed_sha256}
    ).one_or_none()
    return None if row is None else (row.id, row.fingerprint)


def show(connection: Connection, release_id: int, graph_id: int | None, problem: str | None = None) -> None:
    """Note the graph of a release, or why its times are missing; a graph it had before stays without one."""
    connection.execute(
        load(PACKAGE, "release_graph_insert"),
        {"release_id": release_id, "graph_id": graph_id, "problem": problem},
    )


def whole_modes(connection: Connection, release_id: int, graph_id: int) -> set[str]:
    """Return the modes whose times a release shows on a graph, up to the longest preset, all its places."""
    values = {
        "release_id": release_id,
        "graph_id": graph_id,
        "modes": list(PRESETS),
        "limits": [preset_limit(mode) for mode in PRESETS],
    }
    return set(connection.execute(load(PACKAGE, "times_whole"), values).scalars())


def forget_unused(connection: Connection) -> list[str]:
    """Delete the graphs that no release shows, with their times, and return their fingerprints."""
    return list(connection.execute(load(PACKAGE, "graphs_forget")).scalars())
