"""Bounded times from many origins to many destinations, searched from the destinations outwards.

The cost grows with the streets within the time limit of each destination, not with the number of origins.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from app.travel.modes import Mode, StreetMode
from app.travel.network import LEAST_SECONDS, Network, Snapped, part
from app.travel.streets import Streets
from app.travel.ways import way_metres

type Metres = NDArray[np.float64]

BATCH = 64
LARGEST_LIMIT = 32_767  # seconds in an int16
MARGIN = 1.05  # lengths are whole metres: a street may be drawn a little longer than it counts
MARGIN_M = 100.0
LEAST_PART = 0.7  # cutting a piece out of the graph costs more than it saves when it is nearly all of it


class TimeSearch(Protocol):
    """What finds the times of one mode: our streets today, another engine tomorrow."""

    @property
    def mode(self) -> Mode:
        """The mode that these times are of."""

    @property
    def terms(self) -> str:
        """What these times depend on besides the graph and the mode; empty for streets."""

    def snap(self, lonlat: NDArray[np.float64]) -> Snapped:
        """Bring (n, 2) points in degrees onto the network."""

    def times(self, destinations: Snapped, origins: Snapped, limit_s: int) -> csr_array:
        """Return (destinations, origins) seconds, int16 from 1 up, nothing stored beyond the limit."""


class StreetSearch:
    """Dijkstra on the arrays of a graph, backwards from each destination, in batches of neighbours."""

    def __init__(self, streets: Streets, mode: StreetMode) -> None:
        self._network = Network(streets, mode)

    @property
    def network(self) -> Network:
        """The streets that are searched, which areas are drawn on too."""
        return self._network

    @property
    def mode(self) -> Mode:
        """The mode that these times are of."""
        return self._network.mode

    @property
    def terms(self) -> str:
        """Nothing: streets are the same at any hour."""
        return ""

    def snap(self, lonlat: NDArray[np.float64]) -> Snapped:
        """Bring (n, 2) points in degrees onto the nearest street that leads somewhere."""
        return self._network.snap(lonlat)

    def metres(self, destinations: Snapped, origin: Snapped, seconds: Sequence[float]) -> Metres:
        """Return the metres along the streets from one origin to some destinations, by their seconds."""
        return way_metres(self._network, destinations, origin, seconds)

    def times(self, destinations: Snapped, origins: Snapped, limit_s: int) -> csr_array:
        """Return (destinations, origins) seconds, int16 from 1 up; what is not stored is not reached.

        A destination or origin that is on no street reaches nothing. Raises ValueError for a limit that
        does not fit.
        """
        if not 0 < limit_s <= LARGEST_LIMIT:
            raise ValueError(f"limit of {limit_s} s")
        here, there = np.flatnonzero(origins.found), np.flatnonzero(destinations.found)
        reach = limit_s * self._network.top_speed * MARGIN + MARGIN_M
        parts = [
            _Batch(self._network, destinations.take(batch), origins.take(here), reach, limit_s).found(
                batch, here
            )
            for batch in self._batches(destinations, there, reach)
        ]
        rows, columns, seconds = (
            np.concatenate([part[n] for part in parts] or [np.zeros(0, np.int32)]) for n in range(3)
        )
        shape = (len(destinations), len(origins))
        return csr_array((seconds.astype(np.int16), (rows, columns)), shape=shape)

    def _batches(
        self, points: Snapped, ranks: NDArray[np.int64], reach: float
    ) -> Iterator[NDArray[np.int64]]:
        """Yield the ranks of destinations that lie in one square as wide as their reach, BATCH at a time."""
        streets = self._network.streets
        square = np.floor(self._network.xy[streets.start[points.street[ranks]]] / reach)
        _, group = np.unique(square, axis=0, return_inverse=True)
        for number in range(group.max(initial=-1) + 1):
            together = ranks[group == number]
            for first in range(0, len(together), BATCH):
                yield together[first : first + BATCH]


class _Batch:
    """One search: some destinations, the part of the graph they can reach, the origins on it."""

    def __init__(
        self, network: Network, destinations: Snapped, origins: Snapped, reach: float, limit_s: int
    ) -> None:
        self._network, self._destinations, self._limit = network, destinations, limit_s
        self._start = network.streets.start[destinations.street]
        self._end = network.streets.end[destinations.street]
        self._junctions = self._near(reach)
        self._local = np.full(len(network.xy) + 1, len(self._junctions), dtype=np.int32)
        self._local[self._junctions] = np.arange(len(self._junctions))
        streets = network.streets
        inside = self._local[:-1] < len(self._junctions)
        on_it = inside[streets.start[origins.street]] | inside[streets.end[origins.street]]
        self._kept = np.flatnonzero(on_it)
        self._origins = origins.take(self._kept)

    def _near(self, reach: float) -> NDArray[np.int64]:
        """Return the junctions within reach as the crow flies of any destination: nothing else counts."""
        around = self._network.xy[np.concatenate([self._start, self._end])]
        low, high = around.min(axis=0) - reach, around.max(axis=0) + reach
        xy = self._network.xy
        inside = (xy[:, 0] >= low[0]) & (xy[:, 0] <= high[0]) & (xy[:, 1] >= low[1]) & (xy[:, 1] <= high[1])
        if inside.sum() > LEAST_PART * len(xy):
            return np.arange(len(xy))
        return np.flatnonzero(inside)

    def found(
        self, destinations: NDArray[np.int64], origins: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int16]]:
        """Return destination, origin and seconds of each pair within the limit, numbered as given."""
        seconds = np.rint(self._to_origins(self._to_junctions()))
        row, column = np.nonzero(seconds <= self._limit)
        whole = np.maximum(seconds[row, column], 1.0).astype(np.int16)
        return (
            destinations[row].astype(np.int32),
            origins[self._kept][column].astype(np.int32),
            whole,
        )

    def _to_junctions(self) -> NDArray[np.float64]:
        """Return (destinations, junctions + 1) seconds; the last column is a junction nobody reaches."""
        count, size = len(self._destinations), len(self._junctions)
        graph = self._network.backward
        if size < graph.shape[0]:
            graph = graph[self._junctions][:, self._junctions]
        along, back = self._network.along[:, self._destinations.street]
        share = self._destinations.share
        # A search begins at its destination, on a street: one more junction, linked to both ends.
        columns = np.stack([self._local[self._start], self._local[self._end]], axis=1).ravel()
        weights = np.stack([part(share, along), part(1.0 - share, back)], axis=1).ravel()
        linked = np.isfinite(weights)
        each = np.add.reduceat(linked, np.arange(0, 2 * count, 2))
        extended = csr_array(
            (
                np.concatenate([graph.data, np.maximum(weights[linked], LEAST_SECONDS)]),
                np.concatenate([graph.indices, columns[linked]]),
                np.concatenate([graph.indptr, graph.indptr[-1] + np.cumsum(each)]),
            ),
            shape=(size + count, size + count),
        )
        found = dijkstra(extended, indices=np.arange(size, size + count), limit=self._limit + 1.0)
        found[:, size] = np.inf
        return np.asarray(found[:, : size + 1])

    def _to_origins(self, junctions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (destinations, origins) seconds: by either end of the origin's street, or along it."""
        streets, waits = self._network.streets, self._network.waits
        street, share = self._origins.street, self._origins.share
        start, end = streets.start[street], streets.end[street]
        along, back = self._network.along[:, street]
        by_end = part(1.0 - share, along) + waits[end]
        by_start = part(share, back) + waits[start]
        seconds = np.minimum(
            junctions[:, self._local[end]] + by_end, junctions[:, self._local[start]] + by_start
        )
        row, column = np.nonzero(self._destinations.street[:, None] == street[None, :])
        gap = self._destinations.share[row] - share[column]
        pace = np.where(gap >= 0, along[column], back[column])
        seconds[row, column] = np.minimum(seconds[row, column], part(np.abs(gap), pace))
        return np.asarray(seconds)
