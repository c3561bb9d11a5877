"""How long it takes to reach the nearest practices, by cell and by territory (METHODS 6).

Times were searched up to a limit. Minutes are ``inf`` for people who have no practice, or not enough of them,
within that limit: farther or unreachable, nobody looked. They are NaN for people who live near no street:
unknown. Neither is ever written out as a number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csr_array

from app.indicators.cells import Cells, positions
from app.indicators.decay import Floats
from app.indicators.weighting import (
    Integers,
    Pieces,
    known_people,
    people_at_most,
    weighted_mean,
    weighted_quantile,
)
from app.travel.times import TravelTimes

THRESHOLDS = (5, 10, 15, 20, 30)  # minutes
MEDIAN = 0.5
SECONDS_BITS = 15
NEVER = 2**15 - 1  # longer than any time


@dataclass(frozen=True, slots=True)
class CellTimes:
    """Times from cells to sites: ``seconds`` is (sites, cells), from 1 up, absent beyond the limit.

    ``on_network`` (cells,) says from which cells a street is near: of the others nothing is known.
    """

    seconds: csr_array
    on_network: NDArray[np.bool_]


def at_cells(times: TravelTimes, cells: Cells) -> CellTimes:
    """Return kept times by inhabited cell; a cell that was no origin is not on the network."""
    return at_positions(times, cells.id)


def at_positions(times: TravelTimes, cells: Integers) -> CellTimes:
    """Return kept times by cell, (n,) numbers in ascending order."""
    place = positions(cells, times.territories)
    inhabited = place >= 0
    on_network = np.zeros(len(cells), dtype=np.bool_)
    on_network[place[inhabited]] = ~np.isnan(times.origin_snap_m[inhabited])
    # Rows stay as they are: building them anew from pairs would cost more than all the rest.
    position = place.astype(np.int32)[times.seconds.indices]
    kept = np.flatnonzero(position >= 0)
    ends = np.searchsorted(kept, times.seconds.indptr)
    seconds = (times.seconds.data[kept], position[kept], ends)
    return CellTimes(csr_array(seconds, shape=(len(times.sites), len(cells))), on_network)


def of_cells(times: CellTimes, chosen: Integers) -> CellTimes:
    """Return the times from some cells alone, in the order given."""
    rank = np.full(times.seconds.shape[1], -1, dtype=np.int32)
    rank[chosen] = np.arange(len(chosen))
    position = rank[times.seconds.indices]
    kept = np.flatnonzero(position >= 0)
    ends = np.searchsorted(kept, times.seconds.indptr)
    shape = (times.seconds.shape[0], len(chosen))
    seconds = csr_array((times.seconds.data[kept], position[kept], ends), shape=shape)
    return CellTimes(seconds, times.on_network[chosen])


def nth_nearest(seconds: csr_array, rank: int) -> Floats:
    """Return the ``rank``-th smallest time of each cell (cells,), NaN where fewer sites are reached.

    >>> times = csr_array(np.array([[240, 0], [720, 0], [1320, 180]]))
    >>> nth_nearest(times, 1).tolist(), nth_nearest(times, 2).tolist()
    ([240.0, 180.0], [720.0, nan])
    """
    if rank == 1:
        nearest = np.full(seconds.shape[1], NEVER, dtype=seconds.data.dtype)
        np.minimum.at(nearest, seconds.indices, seconds.data)
        return np.where(nearest == NEVER, np.nan, nearest)
    pairs = coo_array(seconds)
    # One sort of whole numbers, cell then seconds (an int16), halves the whole answer of two sorts.
    ordered = np.sort((pairs.col.astype(np.int64) << SECONDS_BITS) + pairs.data) & (2**SECONDS_BITS - 1)
    reached = np.bincount(pairs.col, minlength=seconds.shape[1])
    first = np.cumsum(reached) - reached
    enough = reached >= rank
    found = np.full(seconds.shape[1], np.nan)
    found[enough] = ordered[first[enough] + rank - 1]
    return found


def minutes_to_nearest(times: CellTimes, rank: int) -> Floats:
    """Return the minutes to the ``rank``-th nearest site (cells,), inf beyond the limit, NaN if unknown."""
    minutes = nth_nearest(times.seconds, rank) / 60
    beyond: Floats = np.where(np.isnan(minutes), np.inf, minutes)
    return np.where(times.on_network, beyond, np.nan)


@dataclass(frozen=True, slots=True)
class Access:
    """Access of each territory, (territories,): people are in heads, times in minutes.

    ``known`` people have a street near; ``beyond`` of them are farther than the limit and are left out of
    ``mean``, not of ``median``, which is inf when half of the people are beyond. NaN where nobody is known.
    ``within`` is (territories, thresholds) people.
    """

    known: Floats
    beyond: Floats
    mean: Floats
    median: Floats
    within: Floats


def access(minutes: Floats, pieces: Pieces, thresholds: Sequence[float] = THRESHOLDS) -> Access:
    """Return the access of territories whose cells are ``minutes`` (cells,) away."""
    known = known_people(minutes, pieces)
    within_limit = np.where(np.isinf(minutes), np.nan, minutes)
    return Access(
        known=known,
        beyond=known - known_people(within_limit, pieces),
        mean=weighted_mean(within_limit, pieces),
        median=weighted_quantile(minutes, pieces, MEDIAN),
        within=people_at_most(minutes, pieces, thresholds),
    )


def mean_minutes(person_minutes: ArrayLike, reaching: ArrayLike) -> Floats:
    """Return the mean time of those who reach a place within the limit; NaN where nobody does.

    >>> mean_minutes([600.0, 0.0], [100.0, 0.0]).tolist()
    [6.0, nan]
    """
    people = np.asarray(reaching, dtype=np.float64)
    mean: Floats = np.divide(person_minutes, people, out=np.full(people.shape, np.nan), where=people > 0)
    return mean


def median_minutes(half_minutes: ArrayLike) -> Floats:
    """Return the minutes that half of the people do not exceed; NaN where half are beyond the limit.

    >>> median_minutes([4.5, np.inf]).tolist()
    [4.5, nan]
    """
    minutes = np.asarray(half_minutes, dtype=np.float64)
    return np.where(np.isinf(minutes), np.nan, minutes)


def worst_served(minutes: Floats, cells: Cells, pieces: Pieces, most: int) -> Integers:
    """Return the positions of the cells farthest away, at most ``most`` of those that have a piece.

    Beyond the limit first, then by minutes; of equals the most inhabited, then the first. Cells of which
    nothing is known are not there.
    """
    held = np.unique(pieces.cell[pieces.people > 0])
    held = held[~np.isnan(minutes[held])]
    order = np.lexsort((cells.id[held], -cells.people[held], -minutes[held]))
    return held[order[:most]]
