"""What is within reach in public transport: around the point on foot, and around each stop one gets off at.

Valhalla draws the areas on foot, those around a stop for the minutes that are left there. Its own areas in
public transport know no hours (docs/decisions/022).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from app.travel.engine import GRID, Journey, Reach, Refusal, polygonal
from app.travel.isochrones import Point, journey
from app.travel.scan import NEVER
from app.travel.transit import TO_STOP_S, TransitSearch

LEAST_MINUTES = 1.0  # left at a stop: with less one stays there

Reaches = list[Reach | Refusal]


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop that one gets off at, and the seconds until then."""

    place: Point
    seconds: int

    def left(self, minutes: int) -> float:
        """Return how many minutes are left to walk from there, as many as one ever walks from a stop."""
        return min(minutes - self.seconds / 60, TO_STOP_S / 60)


def ridden(
    search: TransitSearch,
    places: Sequence[Point],
    minutes: tuple[int, ...],
    reach: Callable[[Sequence[Journey]], Reaches],
) -> Reach | Refusal:
    """Return what is within reach of places together, or why nothing is; ``reach`` answers journeys on foot.

    From a stop one walks for as long as the place from which one gets there first leaves.
    """
    replies = reach([journey("walk", place, minutes) for place in places])
    led = [(place, reply) for place, reply in zip(places, replies, strict=True) if isinstance(reply, Reach)]
    if not led:
        return replies[0]
    areas = [list(same) for same in zip(*(start.areas for _, start in led), strict=True)]
    stops = stops_of(search, [place for place, _ in led], 60 * minutes[-1])
    walks = [
        journey("walk", stop.place, tuple(sorted({stop.left(each) for each in _reached(stop, minutes)})))
        for stop in stops
    ]
    for stop, walk, other in zip(stops, walks, reach(walks) if walks else [], strict=True):
        # A stop that is on no street of Valhalla's is one that nobody walks from.
        drawn = dict(zip(walk.minutes, other.areas, strict=True)) if isinstance(other, Reach) else {}
        for rank, each in enumerate(minutes):
            if stop.left(each) in drawn:
                areas[rank].append(drawn[stop.left(each)])
    start, left_out = led[0][1], len(places) - len(led)
    joined = tuple(_joined(areas))
    return Reach(start.lon, start.lat, start.snap_m, joined, left_out)


def stops_of(search: TransitSearch, places: Sequence[Point], limit_s: int) -> list[Stop]:
    """Return the stops one gets off at within a limit, but those that one walks to as fast from another."""
    network = search.network
    origins = search.snap(np.array([(place.lon, place.lat) for place in places]))
    if not origins.found.any():
        return []
    seconds = search.reach(origins.take(np.flatnonzero(origins.found)), limit_s)
    seconds[seconds > limit_s - 60 * LEAST_MINUTES] = NEVER
    kept = [
        stop
        for stop in np.flatnonzero(seconds < NEVER).tolist()
        if not any(seconds[near] + walk <= seconds[stop] for near, walk in network.onward[stop])
    ]
    lonlat = network.rides.stops[kept].tolist()
    return [Stop(Point(*place), int(seconds[stop])) for place, stop in zip(lonlat, kept, strict=True)]


def _reached(stop: Stop, minutes: Sequence[int]) -> list[int]:
    return [each for each in minutes if stop.left(each) >= LEAST_MINUTES]


def _joined(areas: Sequence[Sequence[shapely.Geometry]]) -> list[shapely.Geometry]:
    """Return the union of the areas of each of the minutes, each holding the one before it."""
    found: list[shapely.Geometry] = []
    for same in areas:
        found.append(polygonal(shapely.union_all([*same, *found[-1:]], grid_size=GRID)))
    return found
