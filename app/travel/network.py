"""The streets that one mode may use, as a graph to search, and points brought onto them."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from app.travel.modes import COSTINGS, StreetMode
from app.travel.streets import Streets

MAX_SNAP_M = 500.0
# A piece of network with fewer junctions leads nowhere: Valhalla turns away from it too.
SMALLEST_PIECE = 50
LEAST_SECONDS = 1e-3  # a street of no length is still an edge of the graph


@dataclass(frozen=True, slots=True)
class Snapped:
    """Points on the streets, (n,): street (-1 when none is near), share of it from its start, metres away."""

    street: NDArray[np.int32]
    share: NDArray[np.float64]
    metres: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.street)

    @property
    def found(self) -> NDArray[np.bool_]:
        """Say which points have a street within MAX_SNAP_M."""
        return np.asarray(self.street >= 0)

    def take(self, ranks: NDArray[np.int64]) -> "Snapped":
        """Return some of the points."""
        return Snapped(self.street[ranks], self.share[ranks], self.metres[ranks])


class Network:
    """One mode's part of the streets, ready to be searched backwards from where people go.

    ``backward`` is a (junctions, junctions) array of seconds whose row is where a street ends, so that a
    search from a destination follows one-way streets against their direction. ``along`` is (2, streets):
    seconds along the shape and against it, infinite where the mode may not pass. ``waits`` is what arriving
    at a junction costs.
    """

    def __init__(self, streets: Streets, mode: StreetMode) -> None:
        self.mode = mode
        self.streets = streets
        self.xy = streets.metres(streets.junctions)
        piece = _pieces(streets, streets.along(mode))
        usable = (piece[streets.start] > 0) & (piece[streets.start] == piece[streets.end])
        self.along = np.where(np.isnan(streets.along(mode)) | ~usable, np.inf, streets.along(mode))
        self.waits = _waits(streets, mode, self.along)
        self.backward = _backward(streets, self.along, self.waits)
        self._usable = np.flatnonzero(np.isfinite(self.along).any(axis=0))
        self.top_speed = _top_speed(streets, self.along)
        lines = shapely.linestrings(
            streets.metres(streets.shape),
            indices=np.repeat(np.arange(len(streets.length)), np.diff(streets.offsets)),
        )
        self._lines = lines[self._usable]
        self._tree = shapely.STRtree(self._lines)
        # Streets of small pieces, where whoever is far from all others is told that they lead nowhere.
        self._apart = lines[~usable & ~np.isnan(streets.along(mode)).all(axis=0)]

    @property
    def leads_somewhere(self) -> bool:
        """Say whether this mode has any street at all."""
        return bool(len(self._usable))

    def snap(self, lonlat: NDArray[np.float64]) -> Snapped:
        """Bring (n, 2) points in degrees onto the nearest street within MAX_SNAP_M that leads somewhere."""
        return self.beside(self.streets.metres(lonlat), MAX_SNAP_M)

    @property
    def bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the lowest and highest metres, (2,) each, of the streets that lead somewhere."""
        west, south, east, north = shapely.total_bounds(self._lines).tolist()
        return np.array([west, south]), np.array([east, north])

    def beside(self, metres: NDArray[np.float64], within_m: float) -> Snapped:
        """Bring (n, 2) points in metres onto the nearest street that leads somewhere, so far at most."""
        points = shapely.points(metres)
        street = np.full(len(points), -1, dtype=np.int32)
        share = np.zeros(len(points))
        away = np.full(len(points), np.nan)
        if len(self._lines) and len(points):
            (asked, line), distance = self._tree.query_nearest(
                points, max_distance=within_m, return_distance=True, all_matches=False
            )
            street[asked] = self._usable[line]
            share[asked] = shapely.line_locate_point(self._lines[line], points[asked], normalized=True)
            away[asked] = distance
        return Snapped(street, share, away)

    def leads_nowhere(self, metres: NDArray[np.float64]) -> bool:
        """Say whether a point (2,) that is far from streets that lead somewhere is near others."""
        return bool(shapely.dwithin(self._apart, shapely.Point(metres), MAX_SNAP_M).any())

    def places(self, some: Snapped) -> NDArray[np.float64]:
        """Return where points on streets are, (n, 2) metres."""
        lines = self._lines[np.searchsorted(self._usable, some.street)]
        on_them = shapely.line_interpolate_point(lines, some.share, normalized=True)
        return np.asarray(shapely.get_coordinates(on_them))


def _pieces(streets: Streets, along: NDArray[np.float64]) -> NDArray[np.int64]:
    """Number the pieces within which everybody can go anywhere and come back; 0 for the small ones."""
    count = len(streets.junctions)
    passable = ~np.isnan(along)
    rows = np.concatenate([streets.start[passable[0]], streets.end[passable[1]]])
    columns = np.concatenate([streets.end[passable[0]], streets.start[passable[1]]])
    links = csr_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(count, count))
    _, label = connected_components(links, connection="strong")
    large = np.bincount(label) >= SMALLEST_PIECE
    return np.where(large[label], label + 1, 0)


def _waits(streets: Streets, mode: StreetMode, along: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the seconds lost at each junction: where three streets or more meet, and at traffic lights."""
    costing = COSTINGS[mode]
    used = np.isfinite(along).any(axis=0)
    count = len(streets.junctions)
    meeting = np.bincount(streets.start[used], minlength=count) + np.bincount(
        streets.end[used], minlength=count
    )
    return costing.junction * (meeting > 2) + costing.signal * streets.signal


def _backward(streets: Streets, along: NDArray[np.float64], waits: NDArray[np.float64]) -> csr_array:
    """Return the graph from where streets end to where they start; of parallel streets the fastest."""
    there, back = np.isfinite(along)
    rows = np.concatenate([streets.end[there], streets.start[back]])
    columns = np.concatenate([streets.start[there], streets.end[back]])
    seconds = np.concatenate([along[0, there], along[1, back]]) + waits[rows]
    order = np.lexsort((seconds, columns, rows))
    rows, columns, seconds = rows[order], columns[order], seconds[order]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    count = len(streets.junctions)
    return csr_array(
        (np.maximum(seconds[first], LEAST_SECONDS), (rows[first], columns[first])), shape=(count, count)
    )


def _top_speed(streets: Streets, along: NDArray[np.float64]) -> float:
    """Return the highest speed on any street, in metres a second."""
    seconds = along.min(axis=0)
    moving = np.isfinite(seconds) & (seconds > 0)
    return float((streets.length[moving] / seconds[moving]).max(initial=0.0))


def part(share: NDArray[np.float64], seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the seconds on a share of each street; infinite where it may not be taken."""
    found = np.full(seconds.shape, np.inf)
    np.multiply(share, seconds, out=found, where=np.isfinite(seconds))
    return found
