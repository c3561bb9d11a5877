"""Who answers journeys for a server: the graph chosen and checked, drawn here or by processes in a queue."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any, Protocol

import shapely
from sqlalchemy import Connection, Row

from app.db.sql import load
from app.log import get_logger
from app.travel.drawing import Drawing
from app.travel.engine import Failure, Journey, Reach, Refusal, Reply
from app.travel.failures import GraphError, RoutingBusyError, RoutingError
from app.travel.graph import Graph, open_graph
from app.travel.isochrones import Ground
from app.travel.modes import DRAWN, LABELS, Mode, StreetMode
from app.travel.pool import Begun, Pool

log = get_logger(__name__)
AGAIN = "Si cela se répète, construisez de nouveau le graphe : observatoire graph build FICHIER.osm.pbf"
BUILD = "Construisez-le : observatoire graph build FICHIER.osm.pbf"
WITH_FEED = "Donnez-lui les horaires du réseau : observatoire graph build FICHIER.osm.pbf --gtfs HORAIRES.zip"
Reaches = list[Reach | Refusal]
PACKAGE = "app.travel"
MOST_COVERAGES = 8
# Points of a lattice: what is drawn on more takes milliseconds, and would hold up the other requests.
THREAD_FROM_POINTS = 15_000
_coverages: dict[str, shapely.Geometry] = {}


def ground_of(connection: Connection, release_id: int, mode: Mode) -> Ground:
    """Return the graph that answers for a mode in a release. Raises GraphError when there is none."""
    rows = look(connection, [mode], release_id)
    if not rows or rows[0].id is None:
        raise _lacking(mode)
    [row] = rows
    return Ground(
        row.fingerprint,
        row.file_name,
        _coverage(connection, row.id, row.fingerprint),
        id=row.id,
        feed_days=(row.feed_first, row.feed_last) if row.feed_first else None,
        feed_day=row.feed_day,
    )


def look(connection: Connection, modes: Sequence[Mode], release_id: int | None = None) -> Sequence[Row[Any]]:
    """Return the published release with the graph of each of some modes in it; nothing without any."""
    values = {"modes": [*modes], "release_id": release_id}
    return connection.execute(load(PACKAGE, "graph_published"), values).all()


def _coverage(connection: Connection, number: int, fingerprint: str) -> shapely.Geometry:
    """Return where a graph has streets: read once, since its fingerprint changes with them."""
    if fingerprint not in _coverages:
        if len(_coverages) >= MOST_COVERAGES:
            _coverages.clear()
        wkb = connection.execute(load(PACKAGE, "graph_coverage"), {"id": number}).scalar_one()
        coverage = shapely.from_wkb(bytes(wkb))
        shapely.prepare(coverage)
        _coverages[fingerprint] = coverage
    return _coverages[fingerprint]


def _lacking(mode: Mode) -> GraphError:
    return GraphError(
        f"Aucun graphe de circulation ne va encore {LABELS[mode]}.",
        hint=WITH_FEED if mode == "transit" else BUILD,
    )


class Drawings(Protocol):
    """What draws areas in this process."""

    def drawing(self, fingerprint: str, mode: StreetMode) -> Drawing:
        """Return what draws those of a mode on a graph. Raises GraphError when it cannot be used."""

    def drawing_at_hand(self, fingerprint: str, mode: StreetMode) -> Drawing | None:
        """Return it if it is made already; never wait for it."""


class Routing:
    """Drawings; for the modes that they do not draw, processes on one graph at a time and who waits for them.

    ``size`` processes, started when first asked, ``limit_s`` seconds for one journey, ``room`` requests at
    once, those that wait included.
    """

    def __init__(self, home: Path, drawings: Drawings, *, size: int, limit_s: float, room: int) -> None:
        self._home, self._size, self._limit = home, size, limit_s
        self._drawings = drawings
        self._room = BoundedSemaphore(room)
        self._lock = Lock()
        self._graph: Graph | None = None
        self._pool: Pool | None = None

    def check(self, fingerprint: str) -> None:
        """Raise GraphError when a graph cannot be used on this machine."""
        open_graph(self._home, fingerprint)

    def reaches(self, fingerprint: str, journeys: Sequence[Journey]) -> Reaches:
        """Return the reach of each journey, or why it has none.

        Raises GraphError for a graph that cannot be used, RoutingBusyError when too many requests wait,
        RoutingError when processes are lost on a journey.
        """
        with self._admitted():
            if journeys[0].mode in DRAWN:
                drawing = self._drawings.drawing(fingerprint, journeys[0].mode)
                return [drawing.reach(journey) for journey in journeys]
            pool = self._pool_of(fingerprint)
            with self._explained(fingerprint):
                if len(journeys) == 1:
                    return [_judged(pool.reply(journeys[0]), journeys[0])]
                with ThreadPoolExecutor(self._size) as threads:
                    return list(threads.map(lambda one: _judged(pool.reply(one), one), journeys))

    async def reach(self, fingerprint: str, journey: Journey) -> Reach | None:
        """Return the reach of a journey without holding a thread, if what answers is at hand and at rest.

        What is drawn here is drawn at once, unless that takes milliseconds. None when there is no room,
        and for whatever ``reaches`` has to wait for or to explain.
        """
        if journey.mode in DRAWN:
            return await self._drawn(fingerprint, journey)
        if not self._room.acquire(blocking=False):
            return None
        begun = None
        try:
            begun = self._begun(fingerprint, journey)
            reply = await begun.reply() if begun else None
        finally:
            if begun is not None:
                begun.give_up()
            self._room.release()
        return reply if isinstance(reply, Reach) else None

    async def _drawn(self, fingerprint: str, journey: Journey) -> Reach | None:
        drawing = self._drawings.drawing_at_hand(fingerprint, journey.mode)
        if drawing is None:
            return None
        small = drawing.size(journey) < THREAD_FROM_POINTS
        reply = drawing.reach(journey) if small else await asyncio.to_thread(drawing.reach, journey)
        return reply if isinstance(reply, Reach) else None

    def _begun(self, fingerprint: str, journey: Journey) -> Begun | None:
        """Begin a journey, unless that would wait for a graph to be opened or a process to start."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            ready = self._pool if self._serves(fingerprint) else None
        finally:
            self._lock.release()
        return ready.begin(journey) if ready else None

    @contextmanager
    def _explained(self, fingerprint: str) -> Iterator[None]:
        """Say of a loss of processes whether the graph is the reason. Raises GraphError, RoutingError."""
        try:
            yield
        except RoutingError as error:
            self.check(fingerprint)
            error.hint = error.hint or AGAIN
            raise

    @contextmanager
    def _admitted(self) -> Iterator[None]:
        if not self._room.acquire(blocking=False):
            raise RoutingBusyError(hint="Réessayez dans quelques secondes.")
        try:
            yield
        finally:
            self._room.release()

    def _pool_of(self, fingerprint: str) -> Pool:
        """Return the processes of a graph; those of another one end."""
        with self._lock:
            if self._pool is not None:
                if self._serves(fingerprint):
                    return self._pool
                self._pool.close()
                self._pool = None
            self._graph = open_graph(self._home, fingerprint)
            self._pool = Pool(self._graph.actor_config(), self._size, self._limit)
            return self._pool

    def _serves(self, fingerprint: str) -> bool:
        graph = self._graph
        return graph is not None and graph.fingerprint == fingerprint and graph.folder.is_dir()

    def pids(self) -> list[int]:
        """Return the numbers of the processes that run."""
        return self._pool.pids() if self._pool else []

    def close(self) -> None:
        """End every process."""
        with self._lock:
            if self._pool is not None:
                self._pool.close()
            self._pool = None


def _judged(reply: Reply, journey: Journey) -> Reach | Refusal:
    """Return what a process answered. Raises RoutingError when Valhalla complained."""
    if isinstance(reply, Failure):
        log.error("routing_refused", mode=journey.mode, reason=reply.reason)
        raise RoutingError("Valhalla n'a pas pu répondre ; l'erreur est inscrite au journal.", hint=AGAIN)
    return reply


Reacher = Callable[[str, Sequence[Journey]], Reaches]
