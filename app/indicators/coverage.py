"""Who has a place of practice within reach, and who has none (METHODS 6).

Only people near a street are told covered or not: of the others nothing is known. A group is what is known of
some people of each territory; what cells do not say of some of them is NaN for all.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from app.indicators.access import CellTimes, minutes_to_nearest, of_cells
from app.indicators.cells import Cells
from app.indicators.decay import Floats
from app.indicators.secrecy import too_few
from app.indicators.weighting import Integers, Pieces, weighted_mean

# One minute more takes a square or two in: by the unit, two answers would tell the poverty of those alone.
HOUSEHOLDS_TOLD_BY = 10


@dataclass(frozen=True, slots=True)
class Group:
    """Some people of each territory: ``people`` (territories,), ``ages`` (territories, 10), households."""

    people: Floats
    ages: Floats
    households: Floats
    poor_households: Floats


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of each territory: people covered, not covered, and covered by k sites or more."""

    covered: Group
    uncovered: Group
    covered_k: Floats

    @property
    def known(self) -> Floats:
        """People of whom it is known, (territories,)."""
        return self.covered.people + self.uncovered.people


def covered_share(covered: ArrayLike, known: ArrayLike) -> Floats:
    """Return the share of the people of whom it is known who are covered, 0 to 1; NaN where nobody is.

    >>> covered_share([50.0, 0.0], [200.0, 0.0]).tolist()
    [0.25, nan]
    """
    people = np.asarray(known, dtype=np.float64)
    share: Floats = np.divide(covered, people, out=np.full(people.shape, np.nan), where=people > 0)
    return share


def sites_within(times: CellTimes, minutes: int) -> Integers:
    """Return how many sites each cell reaches within some minutes, (cells,).

    >>> times = CellTimes(csr_array(np.array([[240, 0], [720, 180]])), np.array([True, True]))
    >>> sites_within(times, 10).tolist()
    [1, 1]
    """
    near = times.seconds.data <= 60 * minutes
    return np.bincount(times.seconds.indices[near], minlength=times.seconds.shape[1])


def coverage(
    reached: Integers, on_network: NDArray[np.bool_], cells: Cells, pieces: Pieces, k: int
) -> Coverage:
    """Return the coverage of territories whose cells reach ``reached`` sites, (cells,).

    The poverty of both groups is NaN when one of them is a few households, and told by the ten.
    """
    covered = _group(on_network & (reached >= 1), cells, pieces)
    uncovered = _group(on_network & (reached == 0), cells, pieces)
    for one in (covered, uncovered):
        few = too_few(one.households, "households")
        covered.poor_households[few] = uncovered.poor_households[few] = np.nan
    for one in (covered, uncovered):
        tens = np.round(one.poor_households, 6) / HOUSEHOLDS_TOLD_BY
        one.poor_households[:] = HOUSEHOLDS_TOLD_BY * np.rint(tens)
    return Coverage(covered, uncovered, _group(on_network & (reached >= k), cells, pieces).people)


def _group(chosen: NDArray[np.bool_], cells: Cells, pieces: Pieces) -> Group:
    """Sum what is known of the people of chosen cells, each piece taking its part of its cell."""
    kept = chosen[pieces.cell]
    cell, people = pieces.cell[kept], pieces.people[kept]
    held = csr_array(
        (people / cells.people[cell], (pieces.territory[kept], cell)),
        shape=(pieces.territories, len(cells.id)),
    )
    return Group(
        np.bincount(pieces.territory[kept], weights=people, minlength=pieces.territories),
        held @ cells.ages,
        held @ cells.households,
        held @ cells.poor_households,
    )


def uncovered_people(reached: Integers, times: CellTimes, pieces: Pieces) -> Floats:
    """Return the people of each cell, (cells,), who live in the territories and are not covered."""
    people = np.bincount(pieces.cell, weights=pieces.people, minlength=len(reached))
    return np.where(times.on_network & (reached == 0), people, 0.0)


@dataclass(frozen=True, slots=True)
class Outside:
    """Nearest site outside each territory, (territories,): its position, -1 for none within the limit.

    ``minutes`` is the time from the nearest of the territory's people, ``mean`` that of those who reach one.
    """

    site: Integers
    minutes: Floats
    mean: Floats


def nearest_outside(times: CellTimes, pieces: Pieces, inside: NDArray[np.bool_]) -> Outside:
    """Return the nearest site outside each territory; ``inside`` is (sites, territories)."""
    site = np.full(pieces.territories, -1, dtype=np.int64)
    minutes, mean = (np.full(pieces.territories, np.nan) for _ in range(2))
    held, cell = np.unique(pieces.cell, return_inverse=True)
    there_only = of_cells(times, held)
    for territory in range(pieces.territories):
        mine = (pieces.territory == territory) & (pieces.people > 0)
        out = np.flatnonzero(~inside[:, territory])
        own = of_cells(there_only, cell[mine])
        away = CellTimes(own.seconds[out], own.on_network)
        each = minutes_to_nearest(away, 1)
        reached = np.where(np.isinf(each), np.nan, each)
        people = Pieces(
            np.zeros(int(mine.sum()), dtype=int), np.arange(int(mine.sum())), pieces.people[mine], 1
        )
        mean[territory] = weighted_mean(reached, people)[0]
        there = away.seconds.tocoo()
        if there.nnz:
            # The first of equals, whatever the order of cells.
            best = np.lexsort((there.row, there.data))[0]
            site[territory], minutes[territory] = out[there.row[best]], there.data[best] / 60
    return Outside(site, minutes, mean)
