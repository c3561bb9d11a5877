"""Floating catchments on sparse travel times (METHODS 7): what supply each cell can count on.

Step 1 divides the supply of a site among those who can reach it, step 2 adds up what each cell gets. Arrays
only; numpy and scipy.sparse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from app.errors import ParameterError
from app.indicators.decay import Decay, Floats, french_number

type Integers = NDArray[np.integer]
type Booleans = NDArray[np.bool_]

Family = Literal["2sfca", "3sfca", "m2sfca"]


@dataclass(frozen=True, slots=True)
class Times:
    """Travel times from the sites outwards, one row a site, in compressed sparse rows.

    Site j reaches the cells ``cell[start[j]:start[j + 1]]`` (positions 0 to ``cells`` - 1, strictly
    ascending) in ``seconds`` of the same slice; a pair that is not there is more than ``limit`` seconds
    apart, or not linked at all. int32 positions and int16 seconds are enough; ``start`` has one entry more
    than there are sites. Raises ValueError for arrays that are not so.
    """

    start: Integers
    cell: Integers
    seconds: Integers
    cells: int
    limit: int

    def __post_init__(self) -> None:
        pairs = len(self.cell)
        if len(self.start) < 1 or self.start[0] != 0 or self.start[-1] != pairs or len(self.seconds) != pairs:
            raise ValueError("start, cell and seconds do not fit together")
        if np.any(np.diff(self.start) < 0):
            raise ValueError("start must not descend")
        if pairs and not (self.cell.min() >= 0 and self.cell.max() < self.cells):
            raise ValueError("a cell lies outside 0 .. cells - 1")
        if pairs and not (self.seconds.min() >= 0 and self.seconds.max() <= self.limit):
            raise ValueError("a time lies outside 0 .. limit")
        if not _ascending(self.start, self.cell):
            raise ValueError("the cells of a site must be strictly ascending")

    @property
    def sites(self) -> int:
        """The number of sites."""
        return len(self.start) - 1

    def weights(self, decay: Decay) -> Floats:
        """Return the weight of every pair.

        Raises ParameterError when ``decay`` reaches further than the times were searched: what lies between
        would silently count for nothing.
        """
        if int(decay.reach * 60) > self.limit:
            asked, known = french_number(decay.reach), french_number(self.limit / 60)
            raise ParameterError(
                "decay",
                f"La décroissance demandée va jusqu'à {asked} minutes, les temps de trajet ne sont connus "
                f"que jusqu'à {known} minutes.",
                hint="Réduisez les minutes, ou calculez des temps de trajet plus longs.",
            )
        # Times are whole seconds: the function is worked out once a second, not once a pair.
        return decay(np.arange(self.limit + 1) / 60.0)[self.seconds]


def times_of(
    reached: Sequence[Integers], seconds: Sequence[Integers], cell_ids: Integers, limit: int
) -> Times:
    """Return the times of sites whose rows are stored as one array of cell ids and one of seconds.

    ``cell_ids`` (cells,) gives the id of each position, strictly ascending. The order inside a row does not
    matter. Raises ValueError when a cell is not among ``cell_ids``: its people would be left out of the
    demand.
    """
    lengths = [len(row) for row in reached]
    if lengths != [len(row) for row in seconds]:
        raise ValueError("as many seconds as cells are needed for every site")
    # scipy would copy the positions into int64 if the starts were: one width for both.
    width = np.int32 if sum(lengths) < 2**31 else np.int64
    start: Integers = np.concatenate([[0], np.cumsum(lengths)]).astype(width)
    ids: Integers = np.concatenate([np.empty(0, dtype=cell_ids.dtype), *reached])
    spent: Integers = np.concatenate([np.empty(0, dtype=np.int16), *seconds])
    position: Integers = np.searchsorted(cell_ids, ids).astype(np.int32)
    known = position < len(cell_ids)
    if not (known.all() and np.array_equal(cell_ids[position], ids)):
        raise ValueError("a site reaches a cell that is not among those given")
    if not _ascending(start, position):
        order = np.lexsort((position, np.repeat(np.arange(len(lengths)), lengths)))
        position, spent = position[order], spent[order]
    return Times(start, position, spent, len(cell_ids), limit)


@dataclass(frozen=True, slots=True)
class Catchment:
    """What a floating catchment says.

    ``accessibility`` (cells,): supply per unit of demand; 0 where the network leads to no supply in time, NaN
    where it is unknown. ``ratio`` (sites,): supply over the weighted demand that reaches the site, NaN where
    no demand does; the supply of these sites serves nobody.
    """

    accessibility: Floats
    ratio: Floats


def catchment(
    times: Times,
    supply: ArrayLike,
    demand: ArrayLike,
    decay: Decay,
    *,
    family: Family = "2sfca",
    on_network: Booleans | None = None,
) -> Catchment:
    """Return the accessibility of every cell and the ratio of every site.

    ``supply`` (sites,) and ``demand`` (cells,) are known and not negative, in any unit. ``on_network``
    (cells,) is False for cells that no street links to the graph: their accessibility is unknown (NaN), not
    0; left out, every cell is on the network. ``family`` "2sfca" covers E2SFCA, KD2SFCA and the APL, which
    differ by their decay alone; "3sfca" shares each cell's demand among the sites it can choose (Wan, Zou and
    Sternberg 2012); "m2sfca" weighs the supply by the distance once more, and loses part of it on purpose
    (Delamater 2013). Demand times accessibility sums up to the supply reached, but for "m2sfca".

    A site without supply is as no site. A cell where nobody lives may reach only sites that serve nobody:
    nothing can be said there, so it is NaN too.

    Raises ValueError for wrong shapes, unknown or negative amounts, or a cell off the network that is
    reached; ParameterError when the times stop short of the decay.
    """
    offered = _amounts("supply", supply, times.sites)
    needed = _amounts("demand", demand, times.cells)
    weights = times.weights(decay)
    if family == "3sfca":
        weights *= _chosen(times, weights, offered)
    step = _matrix(times, weights)
    within = step @ needed
    ratio = np.divide(offered, within, out=np.full(times.sites, np.nan), where=within > 0)
    given = _matrix(times, weights**2) if family == "m2sfca" else step
    accessibility = given.T @ np.nan_to_num(ratio)
    unserving = np.isnan(ratio) & (offered > 0)
    if unserving.any():
        accessibility[given.T @ unserving.astype(np.float64) > 0] = np.nan
    return Catchment(_unlinked_unknown(accessibility, on_network), ratio)


def _chosen(times: Times, weights: Floats, supply: Floats) -> Floats:
    """Return G: the weight of each pair over the sum of its cell's, over the sites that offer anything."""
    total = _matrix(times, weights).T @ (supply > 0).astype(np.float64)
    part: Floats = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)[times.cell]
    part *= weights
    return part


def _matrix(times: Times, values: Floats) -> csr_array:
    return csr_array((values, times.cell, times.start), shape=(times.sites, times.cells))


def _unlinked_unknown(accessibility: Floats, on_network: Booleans | None) -> Floats:
    if on_network is None:
        return accessibility
    if on_network.shape != accessibility.shape:
        raise ValueError("on_network must tell of every cell")
    if np.any(accessibility[~on_network] > 0):
        raise ValueError("a cell off the network cannot be reached")
    return np.where(on_network, accessibility, np.nan)


def _amounts(name: str, values: ArrayLike, length: int) -> Floats:
    amounts = np.asarray(values, dtype=np.float64)
    if amounts.shape != (length,):
        raise ValueError(f"{name} must hold {length} amounts")
    if not (np.isfinite(amounts).all() and (amounts >= 0).all()):
        raise ValueError(f"{name} must be known and not negative")
    return amounts


def _ascending(start: Integers, cell: Integers) -> bool:
    """Tell whether cells ascend strictly inside every row."""
    falls = np.flatnonzero(cell[1:] <= cell[:-1]) + 1
    return bool(np.isin(falls, start).all())
