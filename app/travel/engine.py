"""One routing engine in one process: Valhalla's actor, and the areas within reach of a point.

An actor shared between threads crashes its process, so that each process has its own and answers one
journey at a time. ``serve`` is the loop of such a process; ``pool`` starts them and speaks to them.
"""

import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Literal, cast

import numpy as np
import orjson
import shapely
import valhalla

from app.travel.modes import COSTINGS, StreetMode

GRID = 1e-6  # degrees: the precision of Valhalla's own answers, a tenth of a metre
# 1 would keep the largest part alone, and lose what is reached beyond a bridge (docs/decisions/014).
DENOISE = 0.05
MOST_CONTOURS = 4
# Places that are drawn together, and how far apart they may be for Valhalla: its own bounds are for servers
# that anybody asks anything.
MOST_TOGETHER = 500
FARTHEST_M = 1e7
# Valhalla draws its areas on squares, each as near as its nearest street: this much too far, in minutes, as
# measured against the times of our own search (docs/decisions/014).
AHEAD: dict[StreetMode, float] = {"walk": 0.5, "bike": 0.5, "car": 0.25}
# Valhalla draws all areas of a call on one grid, as fine as the longest is short: an area is always drawn on
# the grid of the first of these that is as long, whatever is asked beside it (docs/decisions/014).
GRIDS: dict[StreetMode, tuple[int, ...]] = {"walk": (15, 30, 60), "bike": (20, 40, 60), "car": (20, 30, 60)}
SURFACE = 2  # dimensions
Refusal = Literal["off_network", "isolated"]


@dataclass(frozen=True, slots=True)
class Journey:
    """Where from, how, and for how long: ``minutes`` ascending, 60 at most.

    ``snap_m`` is how far the nearest street may be, ``least_piece`` how many junctions it must lead to.
    With ``others`` (lon, lat) one leaves from any of them too: what is within reach of them all together.
    """

    mode: StreetMode
    lon: float
    lat: float
    minutes: tuple[float, ...]
    snap_m: float
    least_piece: int
    others: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """What is within reach: one area (degrees) for each of the minutes, each within the next.

    ``lon`` and ``lat`` are the point of the street that one leaves from, ``snap_m`` how far it is; the first
    one of several places, of which ``left_out`` lead nowhere.
    """

    lon: float
    lat: float
    snap_m: float
    areas: tuple[shapely.Geometry, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """What Valhalla complained about: for the log, never for a reader."""

    reason: str


Reply = Reach | Refusal | Failure


Place = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Start:
    """Where one leaves from: the point of the street, how far it is, and the place as Valhalla is asked."""

    lon: float
    lat: float
    snap_m: float
    asked: Place


class Engine:
    """Valhalla on the tiles of one graph."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        limits = config["service_limits"]
        wider = {
            **limits["isochrone"],
            # Four areas, and the one that sets their grid.
            "max_contours": MOST_CONTOURS + 1,
            "max_locations": MOST_TOGETHER,
            "max_distance": FARTHEST_M,
        }
        self._actor = valhalla.Actor({**config, "service_limits": {**limits, "isochrone": wider}})

    def reach(self, journey: Journey) -> Reach | Refusal:
        """Return the areas within reach of a point, or why there are none.

        Valhalla itself draws a small circle around a point that it cannot place, and says nothing.
        """
        starts = [self._start(journey, *place) for place in ((journey.lon, journey.lat), *journey.others)]
        led = [start for start in starts if isinstance(start, Start)]
        if not led:
            return cast(Refusal, starts[0])
        drawn = [
            area
            for grid, minutes in on_grids(journey)
            for area in self._areas(journey.mode, [start.asked for start in led], grid, minutes)
        ]
        return Reach(
            lon=led[0].lon,
            lat=led[0].lat,
            snap_m=led[0].snap_m,
            areas=nested(drawn),
            left_out=len(starts) - len(led),
        )

    def _start(self, journey: Journey, lon: float, lat: float) -> Start | Refusal:
        """Return the street that one leaves a place by, or why there is none."""
        place = {
            "lon": lon,
            "lat": lat,
            "search_cutoff": journey.snap_m,
            "minimum_reachability": journey.least_piece,
        }
        asked = {"locations": [place], "costing": COSTINGS[journey.mode].valhalla, "verbose": True}
        edges = orjson.loads(self._actor.locate(_written(asked)))[0]["edges"]
        near = [edge for edge in edges or () if edge["distance"] <= journey.snap_m]
        if not near:
            return "off_network"
        led = [
            edge for edge in near if min(edge["outbound_reach"], edge["inbound_reach"]) >= journey.least_piece
        ]
        if not led:
            return "isolated"
        nearest = min(led, key=lambda edge: float(edge["distance"]))
        # The same streets, found again without looking further or following them once more: a tenth of the
        # time of an area on foot (docs/decisions/038).
        place["search_cutoff"] = nearest["distance"] + 1
        place["minimum_reachability"] = 0 if led == near else journey.least_piece
        return Start(nearest["correlated_lon"], nearest["correlated_lat"], nearest["distance"], place)

    def _areas(
        self, mode: StreetMode, places: Sequence[Place], grid: int, minutes: Sequence[float]
    ) -> list[shapely.Geometry]:
        """Return the areas of some minutes within reach of all places together.

        Of several places Valhalla's own smoothing would leave out what is small beside all of them: what is
        small beside the first one's area is left out instead, as it is of that area alone.
        """
        if len(places) == 1:
            return self._drawn(mode, places, grid, minutes)
        alone = shapely.area(self._drawn(mode, places[:1], grid, minutes))
        together = self._drawn(mode, places, grid, minutes, denoise=0)
        return [
            _without_crumbs(area, DENOISE * float(size)) for area, size in zip(together, alone, strict=True)
        ]

    def _drawn(
        self,
        mode: StreetMode,
        places: Sequence[Place],
        grid: int,
        minutes: Sequence[float],
        denoise: float = DENOISE,
    ) -> list[shapely.Geometry]:
        """Return the areas of some minutes on one grid, the smallest first; they may not be valid."""
        wanted = [*minutes] if minutes[-1] == grid else [*minutes, grid]
        order = {
            "locations": places,
            "costing": COSTINGS[mode].valhalla,
            "contours": [{"time": each - AHEAD[mode]} for each in wanted],
            "polygons": True,
            "denoise": denoise,
        }
        drawn = orjson.loads(self._actor.isochrone(_written(order)))["features"]
        if len(drawn) != len(wanted):
            raise ValueError(f"{len(drawn)} areas for {len(wanted)} contours")
        parts = np.array([_polygons(feature["geometry"]) for feature in drawn])
        # Told from the longest: more minutes never have the smaller area.
        return list(parts[np.argsort(shapely.area(parts), kind="stable")][: len(minutes)])


def _without_crumbs(area: shapely.Geometry, least: float) -> shapely.Geometry:
    """Return an area without its parts and holes smaller than ``least``, in square degrees."""
    rings = [shapely.polygons(shapely.get_rings(part)) for part in shapely.get_parts(polygonal(area))]
    whole = [ring for ring in rings if shapely.area(ring[0]) >= least]
    parts = [
        shapely.Polygon(ring[0].exterior, [hole.exterior for hole in ring[1:] if shapely.area(hole) >= least])
        for ring in whole
    ]
    return shapely.MultiPolygon(parts)


def _written(asked: Mapping[str, object]) -> str:
    return orjson.dumps(asked).decode()


def _polygons(drawn: Mapping[str, Any]) -> shapely.Geometry:
    """Return a polygon or several of GeoJSON: four times as fast as GEOS reads it."""
    many = drawn["coordinates"] if drawn["type"] == "MultiPolygon" else [drawn["coordinates"]]
    found = [shapely.Polygon(rings[0], rings[1:]) for rings in many]
    return found[0] if len(found) == 1 else shapely.MultiPolygon(found)


def on_grids(journey: Journey) -> list[tuple[int, list[float]]]:
    """Return the minutes of a journey by the grid that each is drawn on.

    >>> on_grids(Journey("walk", 0, 0, (5, 15, 20), 500, 50))
    [(15, [5, 15]), (30, [20])]
    """
    grids = GRIDS[journey.mode]
    found: dict[int, list[float]] = {}
    for minutes in journey.minutes:
        found.setdefault(next(grid for grid in grids if minutes <= grid), []).append(minutes)
    return list(found.items())


def nested(parts: Sequence[shapely.Geometry]) -> tuple[shapely.Geometry, ...]:
    """Return valid areas, each holding the one before it: Valhalla smooths each one on its own."""
    if all(shapely.is_valid(parts)) and all(shapely.get_dimensions(parts) == SURFACE):
        whole = shapely.normalize(parts)
        if all(shapely.covers(whole[1:], whole[:-1])):
            return tuple(whole)
    areas: list[shapely.Geometry] = []
    for part in parts:
        area = polygonal(part)
        if areas and not shapely.covers(area, areas[-1]):
            area = polygonal(shapely.union(area, areas[-1], grid_size=GRID))
        areas.append(area)
    return tuple(areas)


def polygonal(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return a geometry made valid, without the points and lines that repairing may leave, in one order."""
    if not shapely.is_valid(geometry):
        geometry = shapely.make_valid(geometry)
    parts = shapely.get_parts(geometry)
    surfaces = parts[shapely.get_dimensions(parts) == SURFACE]
    return shapely.normalize(surfaces[0] if len(surfaces) == 1 else shapely.union_all(surfaces))


def serve(descriptor: int, limit_s: float) -> None:
    """Answer the journeys that come through a socket until it closes: with the parent, however it ends.

    The first message is the configuration of the actor. A journey that lasts beyond the limit ends the
    process, even when nobody is left to end it.
    """
    # Ctrl-C is for the parent, whose end closes the socket.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with Connection(descriptor) as link, suppress(EOFError, OSError):
        opened = _attempt(Engine, link.recv())
        link.send(opened if isinstance(opened, Failure) else None)
        while isinstance(opened, Engine):
            journey = link.recv()
            signal.setitimer(signal.ITIMER_REAL, limit_s)
            reply = _attempt(opened.reach, journey)
            signal.setitimer(signal.ITIMER_REAL, 0)
            link.send(reply)


def _attempt[A, T](call: Callable[[A], T], asked: A) -> T | Failure:
    """Return what a call gives, or what Valhalla complained of in it."""
    try:
        return call(asked)
    except (RuntimeError, ValueError, LookupError) as error:
        return Failure(f"{type(error).__name__}: {error}")
