"""Areas within reach, drawn in this process from the times of our own search (docs/decisions/042).

On the very streets that times are searched on, so that an area and the times of the same minutes agree.
Only for the modes of DRAWN: Valhalla draws the others (``engine``).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from app.travel.engine import DENOISE, Journey, Reach, Refusal, nested
from app.travel.lattice import STEP_M, Lattice
from app.travel.nearby import Nearby
from app.travel.network import MAX_SNAP_M, Network, Snapped, part
from app.travel.outlines import DIGITS, outlines

# What is reached later than this after the time is up, or never, counts as this late: between two streets an
# area then ends where time runs out, and beyond the last street within one step of it.
BEYOND_S = 60.0
FINE = 2.0**20  # parts of a step
CORNERS = ((0, 0), (1, 0), (0, 1), (1, 1))
Metres = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Box:
    """A part of the lattice: its first row and column, and those after the last."""

    row: int
    column: int
    last_row: int
    last_column: int

    @property
    def part(self) -> tuple[slice, slice]:
        """Return what it is of an array of the lattice."""
        return slice(self.row, self.last_row), slice(self.column, self.last_column)


class Drawing:
    """What one mode reaches on the streets of one graph. It only reads: threads may share it."""

    def __init__(self, network: Network, lattice: Lattice) -> None:
        self._network, self._lattice = network, lattice
        self._nearby = Nearby(network)
        on_it = lattice.street >= 0
        self._start, self._end = (
            np.where(on_it, self._nearby.number[ends[lattice.street]], self._nearby.nobody)
            for ends in (network.streets.start, network.streets.end)
        )
        share = lattice.share.astype(np.float64)
        along, back = network.along[:, lattice.street]
        self._after_start = part(share, along).astype(np.float32)
        self._after_end = part(1 - share, back).astype(np.float32)

    def size(self, journey: Journey) -> float:
        """Return how many points of the lattice a journey from one place is drawn on: its work."""
        return (2 * self._nearby.reach_m(_limit(journey.minutes)) / STEP_M) ** 2

    def reach(self, journey: Journey) -> Reach | Refusal:
        """Return the areas within reach of a place, or why there are none; of several, all together."""
        streets = self._network.streets
        here = streets.metres(np.array([(journey.lon, journey.lat), *journey.others]))
        starts = self._network.beside(here, MAX_SNAP_M)
        led = starts.take(np.flatnonzero(starts.found))
        if not len(led):
            return "isolated" if self._network.leads_nowhere(here[0]) else "off_network"
        places = self._network.places(led)
        lon, lat = np.round(streets.degrees(places[0]), DIGITS).tolist()
        return Reach(
            lon=lon,
            lat=lat,
            snap_m=round(float(led.metres[0]), 1),
            areas=nested(self._areas(led, places, journey.minutes)),
            left_out=len(starts) - len(led),
        )

    def _areas(self, starts: Snapped, places: Metres, minutes: Sequence[float]) -> list[shapely.Geometry]:
        """Return what is within reach of any of some places, the smallest first; it may not be valid."""
        limit = _limit(minutes)
        box = self._box(places, self._nearby.reach_m(limit))
        # One more point on each side, which nobody reaches: every outline is closed.
        seconds = np.full((box.last_row - box.row + 2, box.last_column - box.column + 2), np.inf)
        self._reached(starts, places, box, limit, seconds[1:-1, 1:-1])
        # Of many places: what is small beside all that they reach may be all that one of them does.
        crumbs = DENOISE / len(starts)
        fields = [np.minimum(seconds - 60 * each, BEYOND_S) for each in minutes]
        return outlines(fields, crumbs, partial(self._degrees, box))

    def _box(self, places: Metres, reach: float) -> _Box:
        """Return the part of the lattice within reach, with the four points around each place at least."""
        rows, columns = self._lattice.street.shape
        first_column, first_row = self._lattice.first.tolist()
        (west, south), (east, north) = places.min(axis=0).tolist(), places.max(axis=0).tolist()
        return _Box(
            row=max(math.floor((south - reach) / STEP_M) - first_row, 0),
            column=max(math.floor((west - reach) / STEP_M) - first_column, 0),
            last_row=min(math.ceil((north + reach) / STEP_M) - first_row + 1, rows),
            last_column=min(math.ceil((east + reach) / STEP_M) - first_column + 1, columns),
        )

    def _reached(
        self, starts: Snapped, places: Metres, box: _Box, limit: float, seconds: NDArray[np.float64]
    ) -> None:
        """Write the seconds to each point of a box."""
        times, here = self._nearby.times(starts, places, limit), box.part
        by_start = times.to(self._start[here]) + self._after_start[here]
        np.minimum(by_start, times.to(self._end[here]) + self._after_end[here], out=seconds)
        self._along_the_streets(starts, seconds, here)
        self._around(places, seconds, box)

    def _along_the_streets(
        self, starts: Snapped, seconds: NDArray[np.float64], here: tuple[slice, slice]
    ) -> None:
        """Lower the seconds to points of the very streets that one leaves by."""
        street, share = self._lattice.street[here], self._lattice.share[here]
        near = np.nonzero(np.isin(street, starts.street) if len(starts) > 1 else street == starts.street)
        for start, held in zip(starts.street.tolist(), starts.share.tolist(), strict=True):
            mine = street[near] == start
            same = near[0][mine], near[1][mine]
            gap = share[same] - held
            along, back = self._network.along[:, start]
            seconds[same] = np.minimum(seconds[same], part(np.abs(gap), np.where(gap >= 0, along, back)))

    def _around(self, places: Metres, seconds: NDArray[np.float64], box: _Box) -> None:
        """Lower the seconds to the four points around a place: it lies in its own area, whatever is near."""
        first_column, first_row = self._lattice.first.tolist()
        for x, y in places.tolist():
            column, row = math.floor(x / STEP_M), math.floor(y / STEP_M)
            for east, north in CORNERS:
                away = math.hypot((column + east) * STEP_M - x, (row + north) * STEP_M - y)
                point = row + north - first_row - box.row, column + east - first_column - box.column
                seconds[point] = min(seconds[point], away / self._network.top_speed)

    def _degrees(self, box: _Box, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the degrees of points counted from the one before the first of a box, (n, 2) each.

        The same whatever the box: the share of a step is rounded before its column or row is added.
        """
        middle, scale = self._network.streets.projection
        before = self._lattice.first + np.array((box.column - 1, box.row - 1))
        return np.asarray(middle + (before + np.round(points * FINE) / FINE) * (STEP_M / scale))


def _limit(minutes: Sequence[float]) -> float:
    """Return how far to search: beyond the limit too, so that no area depends on a longer one beside it."""
    return 60 * minutes[-1] + BEYOND_S
