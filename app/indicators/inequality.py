"""Inequality between territories (METHODS 8), weighted by their people, on numpy arrays.

``values`` (n,), n > 0, are known; ``people`` (..., n) are how many live in each, so that many draws
of a bootstrap are one call; the result is (...). NaN is undefined: nobody, or a mean of 0. Gini: half the
mean difference between two inhabitants over the mean; Theil T: Theil 1967; concentration: Kakwani, Wagstaff
and van Doorslaer 1997; correction: Erreygers 2009.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.indicators.density import Floats

type Integers = NDArray[np.integer]

FIFTH = 0.2
PALMA_TOP, PALMA_BOTTOM = 0.1, 0.4


def mean(values: ArrayLike, people: ArrayLike) -> Floats:
    """Return the mean of the people's values.

    >>> float(mean([1.0, 4.0], [2.0, 1.0]))
    2.0
    """
    heads = _floats(people)
    return _over(heads @ _floats(values), heads.sum(axis=-1))


def max_min(values: ArrayLike, people: ArrayLike) -> Floats:
    """Return the largest value over the smallest one of inhabited territories, inf where that one is 0.

    >>> float(max_min([1.0, 6.0, 9.0], [10.0, 10.0, 0.0]))
    6.0
    """
    inhabited = _floats(people) > 0
    found = _floats(values)
    top = np.where(inhabited, found, -np.inf).max(axis=-1, initial=-np.inf)
    bottom = np.where(inhabited, found, np.inf).min(axis=-1, initial=np.inf)
    return np.where(np.isfinite(top), _ratio(top, bottom), np.nan)


def quintile_ratio(values: ArrayLike, people: ArrayLike) -> Floats:
    """Return the mean of the fifth of the people with most over that of the fifth with least.

    A territory astride a fifth is split; inf where the last fifth has nothing.

    >>> float(quintile_ratio([1.0, 2.0, 6.0], [20.0, 60.0, 20.0]))
    6.0
    """
    least, total = _least(values, people, FIFTH), _total(values, people)
    return _ratio(total - _least(values, people, 1 - FIFTH), least)


def palma(values: ArrayLike, people: ArrayLike) -> Floats:
    """Return what the tenth of the people with most has over what the 40 % with least have together.

    >>> float(palma([1.0, 4.0], [90.0, 10.0]))
    1.0
    """
    rest = _least(values, people, 1 - PALMA_TOP)
    return _ratio(_total(values, people) - rest, _least(values, people, PALMA_BOTTOM))


def gini(values: ArrayLike, people: ArrayLike) -> Floats:
    """Return the population-weighted Gini index, 0 when all have the same.

    >>> round(float(gini([102.8330, 131.3654, 142.9484, 40.0274], [1000, 2000, 1500, 500])), 6)
    0.117306
    """
    found, heads = _ascending(values, people)
    shares = _over(heads, heads.sum(axis=-1, keepdims=True))
    held = np.cumsum(shares * found, axis=-1)
    lorenz = _over(held, held[..., -1:])
    before = np.concatenate([np.zeros((*lorenz.shape[:-1], 1)), lorenz[..., :-1]], axis=-1)
    return np.asarray(1 - (shares * (lorenz + before)).sum(axis=-1), dtype=np.float64)


def theil(values: ArrayLike, people: ArrayLike) -> Floats:
    """Return Theil's T; a value of 0 has no logarithm and adds nothing, but counts in the mean.

    >>> round(float(theil([102.8330, 131.3654, 142.9484, 40.0274], [1000, 2000, 1500, 500])), 6)
    0.039079
    """
    found, heads = _floats(values), _floats(people)
    whole = mean(found, heads)[..., None]
    held = _over(heads * found, heads.sum(axis=-1, keepdims=True) * whole)
    relative = _over(np.broadcast_to(found, held.shape), whole)
    logarithm = np.log(relative, out=np.zeros(held.shape), where=relative > 0)
    return np.asarray((held * logarithm).sum(axis=-1), dtype=np.float64)


def theil_between(values: ArrayLike, people: ArrayLike, group: ArrayLike) -> Floats:
    """Return the part of Theil's T that is between groups; ``group`` (n,) is False or True.

    >>> float(theil_between([1.0, 3.0, 2.0], [1.0, 1.0, 2.0], [True, True, False]))
    0.0
    """
    found, heads, inside = _floats(values), _floats(people), np.asarray(group, dtype=np.bool_)
    parts = [(found[each], heads[..., each]) for each in (inside, ~inside)]
    whole = mean(found, heads)
    total = np.zeros(whole.shape)
    for values_of, heads_of in parts:
        size = heads_of.sum(axis=-1)
        relative = np.nan_to_num(_over(mean(values_of, heads_of), whole))
        logarithm = np.log(relative, out=np.zeros(whole.shape), where=relative > 0)
        total += _over(size, heads.sum(axis=-1)) * relative * logarithm
    return np.where(np.isnan(_over(whole, whole)), np.nan, total)


def theil_within(values: ArrayLike, people: ArrayLike, group: ArrayLike) -> Floats:
    """Return the part of Theil's T that is inside the groups.

    >>> float(theil_within([2.0, 2.0, 4.0], [1.0, 1.0, 2.0], [True, True, False]))
    0.0
    """
    return np.asarray(theil(values, people) - theil_between(values, people, group), dtype=np.float64)


def concentration(values: ArrayLike, people: ArrayLike, rank_by: ArrayLike) -> Floats:
    """Return the concentration index: above 0 when those of high ``rank_by`` (n,) have more.

    2 sum (r - 1/2) (x - m) p / m, r being the share of the people below, half of one's own included; equals
    share their rank.

    >>> float(concentration([1.0, 3.0], [1.0, 1.0], [10.0, 20.0]))
    0.25
    """
    return _over(_covariance(values, people, rank_by), mean(values, people))


def erreygers(
    values: ArrayLike, people: ArrayLike, rank_by: ArrayLike, low: float = 0.0, high: float = 1.0
) -> Floats:
    """Return the concentration index with Erreygers' correction, for values between ``low`` and ``high``.

    4 m C / (high - low).

    >>> float(erreygers([1.0, 3.0], [1.0, 1.0], [10.0, 20.0], high=4.0))
    0.5
    """
    span = np.nan if high <= low else high - low
    return np.asarray(4 * _covariance(values, people, rank_by) / span, dtype=np.float64)


def _covariance(values: ArrayLike, people: ArrayLike, rank_by: ArrayLike) -> Floats:
    """Return 2 sum (r - 1/2) (x - m) p, in the unit of the values."""
    found, heads = _floats(values), _floats(people)
    away = found - mean(found, heads)[..., None]
    return np.asarray(2 * (rank_weights(heads, _floats(rank_by)) * away).sum(axis=-1), dtype=np.float64)


def rank_weights(people: Floats, rank_by: Floats) -> Floats:
    """Return (r - 1/2) p of each territory, (..., n): p its share of the people, r its rank among them.

    >>> rank_weights(np.array([1.0, 3.0]), np.array([20.0, 10.0])).tolist()
    [0.09375, -0.09375]
    """
    levels, which = np.unique(rank_by, return_inverse=True)
    order = np.argsort(which, kind="stable")
    shares = _over(people, people.sum(axis=-1, keepdims=True))
    tied = np.add.reduceat(shares[..., order], np.searchsorted(which[order], np.arange(len(levels))), axis=-1)
    rank = (np.cumsum(tied, axis=-1) - tied / 2)[..., which]
    return np.asarray((rank - 0.5) * shares, dtype=np.float64)


def _least(values: ArrayLike, people: ArrayLike, share: float) -> Floats:
    """Return what the ``share`` of the people with least has, in value times people."""
    found, heads = _ascending(values, people)
    before = np.cumsum(heads, axis=-1) - heads
    wanted = share * heads.sum(axis=-1, keepdims=True)
    return np.asarray((np.clip(wanted - before, 0, heads) * found).sum(axis=-1), dtype=np.float64)


def _total(values: ArrayLike, people: ArrayLike) -> Floats:
    return np.asarray(_floats(people) @ _floats(values), dtype=np.float64)


def _ascending(values: ArrayLike, people: ArrayLike) -> tuple[Floats, Floats]:
    found = _floats(values)
    order = np.argsort(found, kind="stable")
    return found[order], _floats(people)[..., order]


def _ratio(top: Floats, bottom: Floats) -> Floats:
    """Return top / bottom: inf over nothing, NaN when both are nothing."""
    ratio = np.where(top > 0, np.inf, np.nan)
    return np.asarray(np.divide(top, bottom, out=ratio, where=bottom > 0), dtype=np.float64)


def _over(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, NaN where the whole is nothing or unknown."""
    shape = np.broadcast_shapes(np.shape(part), np.shape(whole))
    found: Floats = np.divide(part, whole, out=np.full(shape, np.nan), where=whole > 0)
    return found


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)
