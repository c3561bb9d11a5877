"""Times from where people live to where care is given, computed once for each place and kept.

A row belongs to a graph, a mode, a set of origins and a place on the map: a refresh computes the places that
are new and nothing else, and an older release finds its own again. Seconds go from 1 up: what is not reached
is not stored, never 0.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from psycopg.rows import class_row
from scipy.sparse import csr_array
from sqlalchemy import Connection

from app.db.sql import load
from app.staging.load import raw_connection
from app.travel.failures import GraphError
from app.travel.modes import LABELS, Mode, preset_limit
from app.travel.network import Snapped
from app.travel.search import TimeSearch

PACKAGE = "app.travel"
CHUNK = 256  # places searched before they are written: what bounds the memory
RANK, SECOND, METRE, TERRITORY = "<i4", "<i2", "<f4", "<i4"
RANK_BYTES = 4


@dataclass(frozen=True, slots=True)
class Origins:
    """Where people leave from: territories in ascending order, one point each, (n, 2) degrees."""

    level: str
    territories: NDArray[np.int32]
    lonlat: NDArray[np.float64]

    def fingerprint(self, terms: str) -> str:
        """Return the SHA-256 of the territories, points and terms of a search, in hexadecimal."""
        digest = hashlib.sha256(self.territories.astype(TERRITORY).tobytes())
        digest.update(self.lonlat.astype("<f8").tobytes())
        digest.update(terms.encode())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Completed:
    """What a completion did: places computed and already known, those with no street near, origins too."""

    mode: Mode
    fresh: int
    known: int
    places_off: int
    origins: int
    origins_off: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """One row of ``network.travel_time`` for a site; nothing but its number where it was never computed."""

    site_id: int
    limit_s: int | None
    snap_m: float | None
    ranks: bytes | None
    seconds: bytes | None


@dataclass(frozen=True, slots=True)
class TravelTimes:
    """Times of one mode within a limit: ``seconds`` is a (sites, territories) array, int16 from 1 up.

    What is not stored in it is not reached within ``limit_s``. ``site_snap_m`` and ``origin_snap_m`` are
    metres to the street taken, NaN where none is near: such a site or territory has no time at all.
    """

    graph_id: int
    mode: Mode
    limit_s: int
    level: str
    sites: NDArray[np.int32]
    territories: NDArray[np.int32]
    seconds: csr_array
    site_snap_m: NDArray[np.float32]
    origin_snap_m: NDArray[np.float32]


def origins_of(connection: Connection, release_id: int) -> Origins:
    """Return where the people of a release leave from: inhabited squares, IRIS where there are none."""
    rows = connection.execute(load(PACKAGE, "origin_points"), {"release_id": release_id}).all()
    return Origins(
        level=rows[0].level if rows else "carreau",
        territories=np.array([row.id for row in rows], dtype=np.int32),
        lonlat=np.array([(row.lon, row.lat) for row in rows], dtype=np.float64).reshape(-1, 2),
    )


def complete_times(
    connection: Connection,
    search: TimeSearch,
    graph_id: int,
    release_id: int,
    limit_s: int | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Completed:
    """Compute and store the times that a release still lacks on a graph, and show them in that release.

    ``limit_s`` is the longest preset unless given; ``progress`` is told the places done, of how many. Nothing
    is committed here. A site placed no better than its commune has no times.
    """
    limit = limit_s or preset_limit(search.mode)
    origins = origins_of(connection, release_id)
    snapped = search.snap(origins.lonlat)
    origins_id = _origins_id(connection, search, graph_id, origins, snapped)
    rows = connection.execute(load(PACKAGE, "site_places"), {"release_id": release_id})
    places = {(row.lon, row.lat) for row in rows}
    connection.execute(
        load(PACKAGE, "release_origins_insert"),
        {"release_id": release_id, "mode": search.mode, "origins_id": origins_id},
    )
    connection.execute(load(PACKAGE, "origins_forget"))
    had = connection.execute(load(PACKAGE, "known_places"), {"origins_id": origins_id, "limit_s": limit})
    missing = sorted(places - {(row.lon, row.lat) for row in had})
    off = 0
    for first in range(0, len(missing), CHUNK):
        chunk = np.array(missing[first : first + CHUNK])
        off += _store(connection, search, origins_id, places=chunk, origins=snapped, limit=limit)
        if progress:
            progress(first + len(chunk), len(missing))
    return Completed(
        search.mode, len(missing), len(places) - len(missing), off, len(snapped), int((~snapped.found).sum())
    )


def _origins_id(
    connection: Connection, search: TimeSearch, graph_id: int, origins: Origins, snapped: Snapped
) -> int:
    number: int = connection.execute(
        load(PACKAGE, "origins_insert"),
        {
            "graph_id": graph_id,
            "mode": search.mode,
            "fingerprint": origins.fingerprint(search.terms),
            "level": origins.level,
            "territory_ids": origins.territories.astype(TERRITORY).tobytes(),
            "snap_m": snapped.metres.astype(METRE).tobytes(),
        },
    ).scalar_one()
    return number


def _store(
    connection: Connection,
    search: TimeSearch,
    origins_id: int,
    *,
    places: NDArray[np.float64],
    origins: Snapped,
    limit: int,
) -> int:
    """Search and write the times of some places; return how many of them no street is near."""
    snapped = search.snap(places)
    found = search.times(snapped, origins, limit)
    connection.execute(
        load(PACKAGE, "travel_time_insert"),
        [
            {
                "origins_id": origins_id,
                "lon": lon,
                "lat": lat,
                "limit_s": limit,
                "snap_m": None if np.isnan(metres) else float(metres),
                "ranks": ranks.astype(RANK).tobytes(),
                "seconds": seconds.astype(SECOND).tobytes(),
            }
            for (lon, lat), metres, (ranks, seconds) in zip(
                places.tolist(), snapped.metres, _rows(found), strict=True
            )
        ],
    )
    return int((~snapped.found).sum())


def _rows(found: csr_array) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int16]]]:
    """Yield the columns and values of each row, columns ascending."""
    found.sort_indices()
    for first, last in zip(found.indptr[:-1], found.indptr[1:], strict=True):
        yield found.indices[first:last], found.data[first:last]


def times_of(
    connection: Connection, release_id: int, mode: Mode, site_ids: Sequence[int], limit_s: int | None = None
) -> TravelTimes:
    """Return the kept times from the people of a release to some of its sites, in the order given.

    A site that is placed no better than its commune, or unknown, is left out of ``sites``. ``limit_s`` cuts
    what is kept (by default the longest preset of the mode). Only ``published`` is read. Raises GraphError
    when times are missing or were not searched that far.
    """
    limit = limit_s or preset_limit(mode)
    kept = connection.execute(
        load(PACKAGE, "release_origins"), {"release_id": release_id, "mode": mode}
    ).one_or_none()
    if kept is None:
        raise _not_computed(mode, limit)
    rows = _kept_rows(connection, release_id, kept.origins_id, site_ids)
    if any(row.limit_s is None or row.limit_s < limit for row in rows):
        raise _not_computed(mode, limit)
    territories = np.frombuffer(kept.territory_ids, TERRITORY)
    return TravelTimes(
        graph_id=kept.graph_id,
        mode=mode,
        limit_s=limit,
        level=kept.level,
        sites=np.array([row.site_id for row in rows], dtype=np.int32),
        territories=territories,
        seconds=_assembled(rows, len(territories), limit),
        site_snap_m=np.array([row.snap_m for row in rows], dtype=METRE),
        origin_snap_m=np.frombuffer(kept.snap_m, METRE),
    )


def _not_computed(mode: Mode, limit: int) -> GraphError:
    return GraphError(
        f"Les temps {LABELS[mode]} jusqu'à {limit // 60} minutes n'ont pas été calculés pour cette version.",
        hint="Calculez-les : observatoire graph times",
    )


def _kept_rows(
    connection: Connection, release_id: int, origins_id: int, site_ids: Sequence[int]
) -> list[_Kept]:
    """Return what is kept of some sites; read in binary, since text would double every byte."""
    statement = str(load(PACKAGE, "travel_times").compile(dialect=connection.dialect))
    asked = {"release_id": release_id, "origins_id": origins_id, "site_ids": list(map(int, site_ids))}
    with raw_connection(connection).cursor(binary=True, row_factory=class_row(_Kept)) as cursor:
        return cursor.execute(statement.encode(), asked).fetchall()


def _assembled(rows: Sequence[_Kept], width: int, limit: int) -> csr_array:
    """Put kept rows side by side, without what lies beyond the limit."""
    ranks = np.frombuffer(b"".join(row.ranks or b"" for row in rows), RANK)
    seconds = np.frombuffer(b"".join(row.seconds or b"" for row in rows), SECOND)
    ends = np.cumsum([0, *(len(row.ranks or b"") // RANK_BYTES for row in rows)])
    if any(row.limit_s != limit for row in rows):
        within = seconds <= limit
        ends = np.concatenate([[0], np.cumsum(within)])[ends]
        ranks, seconds = ranks[within], seconds[within]
    return csr_array((seconds, ranks, ends), shape=(len(rows), width))
