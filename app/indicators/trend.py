"""Change over the vintages: who came, who left, how long they stay, and whether chance explains it (arrays).

Counts of one place at two dates are not independent: most people are in both. The test is therefore on those
who came against those who left: under no change each is as likely as the other, so the number who came out of
both is binomial with one half, exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc

from app.indicators.density import Floats
from app.indicators.secrecy import too_few

type Integers = NDArray[np.int64]
type Booleans = NDArray[np.bool_]

RISK = 0.05
# Groups whose survival is worked out together: bounds the memory of a national build.
GROUPS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays by group, arrays of one length: ``median_days`` is NaN when not reached or about too few."""

    group: Integers
    stays: Integers
    ongoing: Integers
    begun_before: Integers
    median_days: Floats


def net_change(entries: ArrayLike, exits: ArrayLike) -> Floats:
    """Return how many more there are: those who came less those who left.

    >>> net_change([3, 1], [1, 4]).tolist()
    [2.0, -3.0]
    """
    return np.asarray(entries, dtype=np.float64) - np.asarray(exits, dtype=np.float64)


def stay_years(days: ArrayLike) -> Floats:
    """Return a length of stay in years of 365.25 days.

    >>> stay_years([730.5]).tolist()
    [2.0]
    """
    return np.asarray(days, dtype=np.float64) / 365.25


def chance(entries: ArrayLike, exits: ArrayLike) -> Floats:
    """Return the two-sided p-value of no change: exact binomial, one half, of entries among both.

    1 where nobody moved. Whole counts; shapes are the same.

    >>> chance([9, 5, 0], [1, 5, 0]).round(6).tolist()
    [0.021484, 1.0, 1.0]
    """
    came, left = np.asarray(entries, dtype=np.float64), np.asarray(exits, dtype=np.float64)
    fewer, more = np.minimum(came, left), np.maximum(came, left)
    # The binomial's lower tail at one half, as scipy's exact incomplete beta function gives it.
    tail = betainc(np.maximum(more, 1), fewer + 1, 0.5)
    return np.where(more == 0, 1.0, np.minimum(1.0, 2 * tail))


def beyond_chance(p: ArrayLike, risk: float = RISK) -> Booleans:
    """Return which changes are told: at most ``risk`` of them are false on average (Benjamini-Hochberg).

    The more places are compared at once, the stronger each change must be.

    >>> beyond_chance([0.01, 0.04, 0.2]).tolist(), beyond_chance([0.01, 0.03, 0.2]).tolist()
    ([True, False, False], [True, True, False])
    """
    values = np.asarray(p, dtype=np.float64)
    if not len(values):
        return np.zeros(0, dtype=np.bool_)
    order = np.sort(values)
    passed = np.flatnonzero(order <= risk * np.arange(1, len(order) + 1) / len(order))
    limit = order[passed[-1]] if len(passed) else -1.0
    return np.asarray(values <= limit)


class Observed:
    """Presences seen one vintage after the other: what memory holds grows with people, not with vintages."""

    def __init__(self, width: int) -> None:
        """Begin; a presence is one integer, ``group * width + person``."""
        self._width = width
        self._days: list[date] = []
        self._keys: Integers = np.zeros(0, dtype=np.int64)
        self._since: Integers = np.zeros(0, dtype=np.int64)
        self._ended: list[tuple[Integers, Integers, Integers]] = []

    def see(self, day: date, keys: Integers) -> tuple[Integers, Integers]:
        """Take the presences of a vintage, each once, ascending; return the groups of who came and who left.

        Nobody came or left at the first vintage.
        """
        rank = len(self._days)
        self._days.append(day)
        gone = np.isin(self._keys, keys, assume_unique=True, invert=True)
        new = np.isin(keys, self._keys, assume_unique=True, invert=True)
        came, left = keys[new], self._keys[gone]
        self._ended.append((left // self._width, self._since[gone], np.full(len(left), rank)))
        kept_keys = np.concatenate([self._keys[~gone], came])
        kept_since = np.concatenate([self._since[~gone], np.full(len(came), rank)])
        order = np.argsort(kept_keys, kind="stable")
        self._keys, self._since = kept_keys[order], kept_since[order]
        none = np.zeros(0, dtype=np.int64)
        return (came // self._width if rank else none), left // self._width

    def stays(self) -> Stays:
        """Return the stays seen, by group in ascending order."""
        last = len(self._days) - 1
        lasting = (self._keys // self._width, self._since, np.full(len(self._keys), last))
        group, begin, end = (np.concatenate(part) for part in zip(*self._ended, lasting, strict=True))
        over = np.arange(len(group)) < len(group) - len(self._keys)
        groups, which = np.unique(group, return_inverse=True)
        ordinal = np.array([day.toordinal() for day in self._days], dtype=np.int64)
        counted = begin > 0
        length = ordinal[end] - ordinal[begin]
        stays = np.bincount(which[counted], minlength=len(groups))
        return Stays(
            group=groups,
            stays=stays,
            ongoing=np.bincount(which[counted & ~over], minlength=len(groups)),
            begun_before=np.bincount(which[~counted], minlength=len(groups)),
            median_days=_medians(which[counted], length[counted], over[counted], stays),
        )


def _medians(group: Integers, days: Integers, over: Booleans, stays: Integers) -> Floats:
    """Return the Kaplan-Meier median of each group: the first length that half of the stays do not pass."""
    medians = np.full(len(stays), np.nan)
    lengths = np.unique(days[over])
    shown = np.flatnonzero((stays > 0) & ~too_few(stays, "practitioners"))
    for first in range(0, len(shown) if len(lengths) else 0, GROUPS_AT_ONCE):
        some = shown[first : first + GROUPS_AT_ONCE]
        place = np.full(len(stays), -1)
        place[some] = np.arange(len(some))
        inside = place[group] >= 0
        at = place[group[inside]]
        medians[some] = _median_of_each(at, days[inside], over[inside], lengths, len(some))
    return medians


def _median_of_each(
    group: Integers, days: Integers, over: Booleans, lengths: Integers, groups: int
) -> Floats:
    ended = np.zeros((groups, len(lengths)))
    np.add.at(ended, (group[over], np.searchsorted(lengths, days[over])), 1)
    # At risk at a length: every stay that lasted at least that long, ended or not.
    passed = np.zeros((groups, len(lengths) + 1))
    np.add.at(passed, (group, np.searchsorted(lengths, days, side="right")), 1)
    at_risk = passed[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    surviving = np.cumprod(1 - np.divide(ended, at_risk, out=np.zeros_like(ended), where=at_risk > 0), axis=1)
    reached = surviving <= 0.5
    first = np.argmax(reached, axis=1)
    return np.where(reached.any(axis=1), lengths[first].astype(np.float64), np.nan)


def change_between(
    vintages: Sequence[date], since: date, entries: ArrayLike, exits: ArrayLike
) -> tuple[int, Integers, Integers]:
    """Return the rank of the vintage in force on ``since``, and who came and who left after it, summed.

    ``entries`` and ``exits`` are (places, vintages). Raises ValueError when ``since`` is before the first.
    """
    known = [rank for rank, day in enumerate(vintages) if day <= since]
    if not known:
        raise ValueError("since is before the first vintage")
    after = slice(known[-1] + 1, None)
    came, left = (np.asarray(counts, dtype=np.int64)[:, after].sum(axis=1) for counts in (entries, exits))
    return known[-1], came, left
