"""Density per inhabitant and the Poisson interval around it (METHODS 4), on numpy arrays; NaN is unknown."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

# scipy.special, not scipy.stats: the same functions, ten times faster to import.
from scipy.special import chdtri, ndtri

type Floats = NDArray[np.float64]

EXACT_BELOW = 10


def density(headcount: ArrayLike, population: ArrayLike, per: float) -> Floats:
    """Return ``per * headcount / population``, NaN where the population is unknown, zero or negative.

    ``headcount`` counts practitioners, weights or sites; ``population`` counts people. Shapes broadcast.

    >>> density([1, 5, 3], [100, 100, 0], 100_000).tolist()
    [1000.0, 5000.0, nan]
    """
    count = np.asarray(headcount, dtype=np.float64)
    people = np.asarray(population, dtype=np.float64)
    known = np.where(people > 0, people, np.nan)
    return np.asarray(per * count / known, dtype=np.float64)


def poisson_interval(count: ArrayLike, alpha: float = 0.05) -> tuple[Floats, Floats]:
    """Return the lower and upper bounds of Poisson counts: exact below 10, Byar's approximation from 10 on.

    ``count`` holds whole counts, NaN where unknown; ``alpha`` is the risk, .05 for a 95 % interval.

    >>> low, high = poisson_interval([1, 5, 20])
    >>> (low * 1000).round(3).tolist()
    [25.318, 1623.486, 12211.429]
    >>> (high * 1000).round(3).tolist()
    [5571.643, 11668.332, 30889.88]

    Raises ValueError when a count is negative or ``alpha`` is not between 0 and 1.
    """
    counts = np.atleast_1d(np.asarray(count, dtype=np.float64))
    if not 0 < alpha < 1:
        raise ValueError("alpha must lie between 0 and 1")
    if np.any(counts < 0):
        raise ValueError("a count cannot be negative")
    # Quantiles are slow and neighbourhoods alike: each distinct count is worked out once.
    distinct, place = np.unique(counts, return_inverse=True)
    exact = distinct < EXACT_BELOW
    low, high = _byar(np.where(exact, EXACT_BELOW, distinct), alpha)
    exact_low, exact_high = _exact(np.where(exact, distinct, 0.0), alpha)
    return np.where(exact, exact_low, low)[place], np.where(exact, exact_high, high)[place]


def density_interval(
    headcount: ArrayLike,
    population: ArrayLike,
    per: float,
    alpha: float = 0.05,
    weight: ArrayLike | None = None,
) -> tuple[Floats, Floats]:
    """Return the bounds of the density of a head-count, in the unit of ``density``.

    With ``weight``, the bounds are those of the density of the weights: the head-count's, multiplied by
    weight / headcount (1 where nobody is counted), because the relative uncertainty is that of the heads.
    Shapes broadcast; NaN is unknown.

    >>> low, high = density_interval([12], [15_000], 10_000)
    >>> float(low[0].round(3)), float(high[0].round(3))
    (4.129, 13.975)
    >>> low, high = density_interval([12], [15_000], 10_000, weight=[6])
    >>> float(low[0].round(3)), float(high[0].round(3))
    (2.065, 6.988)
    """
    low, high = poisson_interval(headcount, alpha)
    share = 1.0 if weight is None else _share(weight, headcount)
    return density(low * share, population, per), density(high * share, population, per)


def _share(weight: ArrayLike, headcount: ArrayLike) -> Floats:
    """Return the part of each head that is counted here, 1 where there is none."""
    heads = np.asarray(headcount, dtype=np.float64)
    parts = np.asarray(weight, dtype=np.float64)
    return np.where(heads == 0, 1.0, parts / np.where(heads == 0, 1.0, heads))


def _exact(counts: Floats, alpha: float) -> tuple[Floats, Floats]:
    """Garwood's bounds: half the quantiles of chi square with 2x and 2x + 2 degrees of freedom."""
    # chdtri inverts the upper tail and refuses 0 degrees of freedom, where the bound is 0 by definition.
    low = np.where(counts > 0, chdtri(2 * np.maximum(counts, 1), 1 - alpha / 2) / 2, 0.0)
    high = chdtri(2 * counts + 2, alpha / 2) / 2
    return np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)


def _byar(counts: Floats, alpha: float) -> tuple[Floats, Floats]:
    """Byar's bounds, good to three digits from 10 cases on."""
    z = float(ndtri(1 - alpha / 2))
    after = counts + 1
    low = counts * (1 - 1 / (9 * counts) - z / (3 * np.sqrt(counts))) ** 3
    high = after * (1 - 1 / (9 * after) + z / (3 * np.sqrt(after))) ** 3
    return low, high
