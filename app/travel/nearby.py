"""Seconds from places to the junctions around them: the bounded search that areas are drawn from.

Junctions are numbered by the square that they lie in, so that those around a place are a few slices of the
arrays of a graph: cutting the same part out of it in any other way takes longer than an area on foot.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from app.travel.network import LEAST_SECONDS, Network, Snapped
from app.travel.search import MARGIN, MARGIN_M

SQUARE_M = 500.0
Metres = NDArray[np.float64]
Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds by rank, and the rank of each junction by its number: infinite for those not reached."""

    seconds: Seconds
    ranks: NDArray[np.int32]

    def to(self, numbers: NDArray[np.int32]) -> Seconds:
        """Return the seconds to junctions, by their numbers."""
        return self.seconds[self.ranks[numbers]]


class Nearby:
    """The junctions of one mode, numbered by squares, and the streets between them as one leaves a place.

    ``number`` (junctions,) is the number of each; ``nobody`` is that of a junction which is never reached.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._low, high = network.bounds
        self._columns, self._rows = (np.floor((high - self._low) / SQUARE_M).astype(np.int64) + 1).tolist()
        squares = np.floor((network.xy - self._low) / SQUARE_M)
        column, row = np.clip(squares, 0, (self._columns - 1, self._rows - 1)).T.astype(np.int64)
        square = row * self._columns + column
        order = np.argsort(square, kind="stable")
        self._first = np.searchsorted(square[order], np.arange(self._columns * self._rows + 1))
        self.nobody = len(order)
        self.number = np.empty(len(order), dtype=np.int32)
        self.number[order] = np.arange(len(order), dtype=np.int32)
        self._streets = csr_array(network.backward.T)[order][:, order]
        self._meeting = np.diff(self._streets.indptr)

    def reach_m(self, limit_s: float) -> float:
        """Return how far one may get as the crow flies."""
        return limit_s * self._network.top_speed * MARGIN + MARGIN_M

    def times(self, starts: Snapped, places: Metres, limit_s: float) -> Times:
        """Return the seconds to the junctions around, from whichever of ``starts`` gets there first.

        The starts are on streets, at ``places`` (n, 2).
        """
        pieces = self._pieces(places, self.reach_m(limit_s))
        numbers = np.concatenate([np.arange(first, last) for first, last in pieces])
        start, elsewhere = len(numbers), len(numbers) + 1
        ranks = np.full(self.nobody + 1, elsewhere, dtype=np.int32)
        ranks[numbers] = np.arange(len(numbers), dtype=np.int32)
        found = dijkstra(self._graph(pieces, ranks, starts, elsewhere + 1), indices=start, limit=limit_s)
        found[elsewhere] = np.inf
        return Times(found, ranks)

    def _pieces(self, places: Metres, reach: float) -> list[tuple[int, int]]:
        """Return the numbers of the junctions around places: the first of each row, and the one after it."""
        left, below = np.floor((places.min(axis=0) - reach - self._low) / SQUARE_M).tolist()
        right, above = np.floor((places.max(axis=0) + reach - self._low) / SQUARE_M).tolist()
        low, high = max(int(left), 0), min(int(right), self._columns - 1) + 1
        rows = range(max(int(below), 0), min(int(above), self._rows - 1) + 1)
        starts = [row * self._columns for row in rows]
        return [(int(self._first[start + low]), int(self._first[start + high])) for start in starts]

    def _graph(
        self, pieces: list[tuple[int, int]], ranks: NDArray[np.int32], starts: Snapped, size: int
    ) -> csr_array:
        """Return the streets of a part; then what one leaves for the starts from, and what is elsewhere."""
        streets = self._streets
        edges = [slice(streets.indptr[first], streets.indptr[last]) for first, last in pieces]
        left_by, seconds = self._first_streets(starts)
        ends = np.concatenate([*(streets.indices[edge] for edge in edges), np.array(left_by, dtype=np.int32)])
        weight = np.concatenate([*(streets.data[edge] for edge in edges), seconds])
        each = [self._meeting[first:last] for first, last in pieces]
        offsets = np.zeros(size + 1, dtype=np.int32)
        np.cumsum(np.concatenate([*each, [len(left_by), 0]]), out=offsets[1:])
        return csr_array((weight, ranks[ends], offsets), shape=(size, size))

    def _first_streets(self, starts: Snapped) -> tuple[list[int], list[float]]:
        """Return the numbers of the junctions that starts leave their streets by, and the seconds to them."""
        network, streets = self._network, self._network.streets
        left_by: list[int] = []
        seconds: list[float] = []
        for street, share in zip(starts.street.tolist(), starts.share.tolist(), strict=True):
            along, back = network.along[:, street].tolist()
            for junction, length, pace in (
                (streets.end[street], 1.0 - share, along),
                (streets.start[street], share, back),
            ):
                if pace < math.inf:
                    left_by.append(int(self.number[junction]))
                    seconds.append(max(length * pace + float(network.waits[junction]), LEAST_SECONDS))
        return left_by, seconds
