"""Departures to come of a territory's practitioners, from their age classes (METHODS 9), on arrays.

A territory, never a person: classes are first made wide enough that none is about fewer than 5 people, in the
territory nor in what is left of a larger one without it. Ages are spread evenly inside a class. Whoever
reaches the retirement age leaves; each one who leaves is replaced with the same probability, independently.
The numbers to come are then sums of binomials, whose distribution is worked out exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

from app.indicators.density import Floats
from app.indicators.secrecy import Status, too_few

type Integers = NDArray[np.int64]

RetirementAge = Literal[62, 65, 67]
NO_LIMIT = 100
# Nobody of a class without an upper limit is taken to be older: the register's oldest practitioners are few.
OLDEST_PRACTISING = 74
# The bands of the fan, by the probability below each edge.
QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
INTERVAL = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class AgeClass:
    """How many are of these ages, both included; None where it is unknown or may not be shown."""

    first: int
    last: int
    headcount: int | None
    status: Status


@dataclass(frozen=True, slots=True)
class Scenario:
    """The age at which everybody leaves, and the part of those who leave that is replaced, 0 to 1."""

    retirement_age: RetirementAge = 65
    replaced: float = 0.5


@dataclass(frozen=True, slots=True)
class Year:
    """What is expected after some years: departures with their 95 % interval, and the fan of who is left."""

    after: int
    departures: float
    departures_low: int
    departures_high: int
    remaining: float
    fan: tuple[int, ...]


def expected_departures(headcount: ArrayLike, share: ArrayLike) -> Floats:
    """Return how many are expected to leave: people times the part of them who reach the age.

    >>> expected_departures([40, 12], [0.25, 1.0]).tolist()
    [10.0, 12.0]
    """
    return np.asarray(headcount, dtype=np.float64) * np.asarray(share, dtype=np.float64)


def share_leaving(first: int, last: int, retirement_age: int, after: int) -> float:
    """Return which part of a class has reached the retirement age after some years; nobody at year 0.

    >>> [share_leaving(60, 64, 65, years) for years in (0, 1, 2, 5, 9)]
    [0.0, 0.2, 0.4, 1.0, 1.0]
    >>> share_leaving(65, 100, 67, 1), share_leaving(65, 100, 65, 1)
    (0.9, 1.0)
    """
    if after <= 0:
        return 0.0
    oldest = max(first, OLDEST_PRACTISING) if last >= NO_LIMIT else last
    ages = np.arange(first, oldest + 1)
    return float(np.mean(ages + after >= retirement_age))


def project(classes: Sequence[AgeClass], scenario: Scenario, years: int) -> list[Year]:
    """Return year 0 to ``years`` of the classes whose head-count is known.

    >>> [year.departures for year in project([AgeClass(60, 64, 10, "known")], Scenario(65, 0.0), 2)]
    [0.0, 2.0, 4.0]
    """
    found = []
    for after in range(years + 1):
        heads, shares = _leaving(classes, scenario, after)
        leaving = _quantiles(heads, shares, INTERVAL)
        lost = shares * (1 - scenario.replaced)
        # The fewest are left when the most are lost: the edges change sides.
        edges = _quantiles(heads, lost, tuple(1 - edge for edge in QUANTILES))
        total = int(heads.sum())
        found.append(
            Year(
                after=after,
                departures=float(expected_departures(heads, shares).sum()),
                departures_low=leaving[0],
                departures_high=leaving[1],
                remaining=total - float(expected_departures(heads, lost).sum()),
                fan=tuple(total - edge for edge in edges),
            )
        )
    return found


def departures_after(classes: Sequence[AgeClass], scenario: Scenario, after: int) -> tuple[float, int, int]:
    """Return how many are expected to leave after some years, and the bounds of the 95 % interval.

    >>> departures_after([AgeClass(60, 64, 10, "known")], Scenario(65, 0.0), 5)
    (10.0, 10, 10)
    """
    heads, shares = _leaving(classes, scenario, after)
    low, high = _quantiles(heads, shares, INTERVAL)
    return float(expected_departures(heads, shares).sum()), low, high


def _leaving(classes: Sequence[AgeClass], scenario: Scenario, after: int) -> tuple[Integers, Floats]:
    """Return the heads of each known class, and which part of it has left."""
    known = [(one.first, one.last, one.headcount) for one in classes if one.headcount is not None]
    heads = np.array([headcount for *_, headcount in known], dtype=np.int64)
    shares = [share_leaving(first, last, scenario.retirement_age, after) for first, last, _ in known]
    return heads, np.array(shares)


def _quantiles(heads: Integers, shares: Floats, wanted: tuple[float, ...]) -> tuple[int, ...]:
    """Return quantiles of a sum of independent binomials, whose distribution is their convolution.

    Those who are sure to leave only move it, and those who are sure to stay do not.
    """
    distribution, certain = np.ones(1), 0
    for number, share in zip(heads.tolist(), shares.tolist(), strict=True):
        if share in {0.0, 1.0}:
            certain += int(number * share)
        else:
            distribution = np.convolve(distribution, _binomial(number, share))
    below = np.cumsum(distribution)
    return tuple(certain + int(np.searchsorted(below, edge - 1e-12)) for edge in wanted)


def _binomial(number: int, share: float) -> Floats:
    """Return the probabilities of 0 to ``number`` among as many with this probability, neither 0 nor 1."""
    times = np.arange(number + 1)
    ways = gammaln(number + 1) - gammaln(times + 1) - gammaln(number - times + 1)
    return np.asarray(np.exp(ways + times * np.log(share) + (number - times) * np.log1p(-share)))


def widened(
    classes: Sequence[tuple[int, int]], counts: ArrayLike, rests: Sequence[ArrayLike] = ()
) -> list[AgeClass]:
    """Return classes merged from the oldest down until none is about fewer than 5 people.

    ``classes`` are (first, last) in ascending order; ``counts`` (n,) their head-counts, NaN unknown;
    ``rests`` what is left, class by class, of larger territories without this one (or of this one without
    a smaller one): they are held to the same number, since anybody can subtract.

    An unknown class stays alone; what cannot be widened enough is suppressed.

    >>> [(one.first, one.last, one.headcount) for one in widened([(20, 54), (55, 64), (65, 100)], [9, 6, 3])]
    [(20, 54, 9), (55, 100, 9)]
    >>> [one.status for one in widened([(20, 64), (65, 100)], [2, 1])]
    ['suppressed']
    """
    own = np.asarray(counts, dtype=np.float64)
    about = np.nan_to_num(np.array([own, *(np.asarray(rest, dtype=np.float64) for rest in rests)]))
    found: list[AgeClass] = []
    for run in _known_runs(own):
        groups = _wide_enough(run, about)
        for ranks in groups:
            first, last = classes[min(ranks)][0], classes[max(ranks)][1]
            heads = own[ranks].sum()
            status: Status = "unknown" if np.isnan(heads) else "known"
            if _isolates(about[:, ranks]):
                status = "suppressed"
            found.append(AgeClass(first, last, int(heads) if status == "known" else None, status))
    return found


def _known_runs(own: Floats) -> list[list[int]]:
    """Return the ranks of classes in ascending order, cut at each unknown one, which stands alone."""
    runs: list[list[int]] = []
    open_run = False
    for rank, unknown in enumerate(np.isnan(own).tolist()):
        if open_run and not unknown:
            runs[-1].append(rank)
        else:
            runs.append([rank])
        open_run = not unknown
    return runs


def _wide_enough(run: list[int], about: Floats) -> list[list[int]]:
    """Return a run in groups that isolate nobody, made from the oldest down; what is left joins the last."""
    groups: list[list[int]] = [[]]
    for rank in reversed(run):
        groups[-1].insert(0, rank)
        if not _isolates(about[:, groups[-1]]):
            groups.append([])
    while len(groups) > 1 and (not groups[-1] or _isolates(about[:, groups[-1]])):
        young = groups.pop()
        groups[-1] = [*young, *groups[-1]]
    return groups[::-1]


def _isolates(about: Floats) -> bool:
    """Return whether classes together are about a few people, of the territory or of one of the rests."""
    return bool(too_few(about.sum(axis=1), "practitioners").any())
