"""Graphs as the store knows them: one row each, beside the folder that holds their tiles."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import shapely
from sqlalchemy import Connection

from app.db.sql import load
from app.travel.coverage import covered_area
from app.travel.failures import GraphError
from app.travel.graph import Graph
from app.travel.modes import MODES, Mode

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


def record(connection: Connection, graph: Graph, sha256: str) -> int:
    """Write a built graph into the store and return its number; ``sha256`` is that of its extract."""
    first, last = graph.feed_days or (None, None)
    number: int = connection.execute(
        load(PACKAGE, "graph_insert"),
        {
            "fingerprint": graph.fingerprint,
            "sha256": sha256,
            "file_name": graph.file_name,
            "valhalla_version": graph.valhalla_version,
            "modes": list(graph.modes),
            "coverage": shapely.to_wkb(covered_area(graph.streets())),
            "feed_first": first,
            "feed_last": last,
        },
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
