"""From cells to territories: means, quantiles and counts weighted by the people who live there.

A value of NaN is unknown; it is left out of means and quantiles, and never taken for 0. A territory without
anybody whose value is known is itself unknown (NaN).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.indicators.decay import Floats

type Integers = NDArray[np.integer]

ROUNDING = 1e-12  # relative: what adding decimals in another order may change


@dataclass(frozen=True, slots=True)
class Pieces:
    """Which cells make up each territory: one entry a piece of cell, arrays of one length.

    ``territory`` (0 to ``territories`` - 1) and ``cell`` are positions; ``people`` is what the piece holds
    of the cell, in heads or standardised. A cell on a border has a piece on each side, and territories of
    several levels may share cells. Raises ValueError for people unknown or negative, or an impossible
    position.
    """

    territory: Integers
    cell: Integers
    people: Floats
    territories: int

    def __post_init__(self) -> None:
        if not len(self.territory) == len(self.cell) == len(self.people):
            raise ValueError("territory, cell and people must have one length")
        if not (np.isfinite(self.people).all() and (self.people >= 0).all()):
            raise ValueError("people must be known and not negative")
        if len(self.cell) and min(self.cell.min(), self.territory.min()) < 0:
            raise ValueError("a position cannot be negative")
        if len(self.territory) and self.territory.max() >= self.territories:
            raise ValueError("a piece lies in a territory that is not there")


def known_people(values: Floats, pieces: Pieces) -> Floats:
    """Return the people of each territory whose value is known, shape (territories,)."""
    return _summed(pieces, pieces.people * ~np.isnan(values[pieces.cell]))


def weighted_mean(values: Floats, pieces: Pieces) -> Floats:
    """Return the mean of each territory, shape (territories,), for ``values`` (cells,).

    >>> pieces = Pieces(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([3.0, 1.0, 0.0]), 2)
    >>> weighted_mean(np.array([2.0, 6.0]), pieces).tolist()
    [3.0, nan]
    """
    people = known_people(values, pieces)
    total = _summed(pieces, pieces.people * np.nan_to_num(values[pieces.cell]))
    mean: Floats = np.divide(total, people, out=np.full(pieces.territories, np.nan), where=people > 0)
    return mean


def weighted_quantile(values: Floats, pieces: Pieces, share: float) -> Floats:
    """Return the smallest value that at least ``share`` (above 0, up to 1) of the people do not exceed.

    Shape (territories,); the median is ``share`` .5.

    >>> pieces = Pieces(np.array([0, 0, 0]), np.array([0, 1, 2]), np.array([1.0, 1.0, 3.0]), 1)
    >>> weighted_quantile(np.array([5.0, 7.0, 9.0]), pieces, 0.4).tolist()
    [7.0]
    """
    if not 0 < share <= 1:
        raise ValueError("share must lie between 0 and 1")
    kept = np.flatnonzero((pieces.people > 0) & ~np.isnan(values[pieces.cell]))
    territory, value = pieces.territory[kept], values[pieces.cell[kept]]
    order = np.lexsort((value, territory))
    territory, value, people = territory[order], value[order], pieces.people[kept][order]
    present, first = np.unique(territory, return_index=True)
    found = np.full(pieces.territories, np.nan)
    for place, group, weight in zip(
        present, np.split(value, first[1:]), np.split(people, first[1:]), strict=False
    ):
        sofar = np.cumsum(weight)
        found[place] = group[np.searchsorted(sofar, share * sofar[-1] * (1 - ROUNDING))]
    return found


def people_at_most(values: Floats, pieces: Pieces, limits: Sequence[float]) -> Floats:
    """Return the people of each territory whose value is known and at most each limit.

    Shape (territories, limits).
    """
    at = values[pieces.cell]
    return np.stack([_summed(pieces, pieces.people * (at <= limit)) for limit in limits], axis=1)


def _summed(pieces: Pieces, amounts: Floats) -> Floats:
    return np.bincount(pieces.territory, weights=amounts, minlength=pieces.territories)
