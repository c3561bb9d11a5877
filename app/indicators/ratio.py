"""Rates of two places compared (METHODS 5) on numpy arrays: ratio, interval, parity; NaN is unknown."""

import numpy as np
from numpy.typing import ArrayLike

# scipy.special, not scipy.stats: the same functions, ten times faster to import.
from scipy.special import betaincinv, ndtri

from app.indicators.density import Floats, density


def rate_ratio(
    count_in: ArrayLike, people_in: ArrayLike, count_out: ArrayLike, people_out: ArrayLike
) -> Floats:
    """Return (count_in / people_in) / (count_out / people_out), NaN where nobody is counted outside.

    Shapes broadcast; a population unknown, zero or negative leaves the ratio unknown.

    >>> rate_ratio([12], [15_000], [180], [140_000]).round(4).tolist()
    [0.6222]
    """
    inside, outside = density(count_in, people_in, 1.0), density(count_out, people_out, 1.0)
    return inside / np.where(outside > 0, outside, np.nan)


def ratio_interval(
    count_in: ArrayLike,
    people_in: ArrayLike,
    count_out: ArrayLike,
    people_out: ArrayLike,
    alpha: float = 0.05,
) -> tuple[Floats, Floats]:
    """Return the bounds of the ratio of two Poisson rates, from whole counts.

    exp(log RR -+ z sqrt(1/a + 1/b)); where a count is 0, the exact conditional binomial: given a + b, a is
    binomial, and the bounds of its share (Clopper and Pearson) are those of the ratio. With nobody outside
    there is no upper bound, and with nobody at all no bound: NaN.

    >>> low, high = ratio_interval([12, 0], [15_000, 15_000], [180, 180], [140_000, 140_000])
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.3469, 0.0], [1.1162, 0.1932])
    """
    a, b = (np.asarray(count, dtype=np.float64) for count in (count_in, count_out))
    ratio = rate_ratio(a, people_in, b, people_out)
    scale = density(people_out, people_in, 1.0) * np.where(density(1.0, people_out, 1.0) > 0, 1.0, np.nan)
    a, b, ratio, scale = np.broadcast_arrays(a, b, ratio, scale)
    counted = (a > 0) & (b > 0)
    spread = float(ndtri(1 - alpha / 2)) * np.sqrt(
        np.divide(1, a, out=np.zeros(a.shape), where=counted)
        + np.divide(1, b, out=np.zeros(a.shape), where=counted)
    )
    exact_low, exact_high = _conditional(a, b, alpha)
    low = np.where(counted, ratio * np.exp(-spread), exact_low * scale)
    high = np.where(counted, ratio * np.exp(spread), exact_high * scale)
    return low, high


def _conditional(a: Floats, b: Floats, alpha: float) -> tuple[Floats, Floats]:
    """Return the bounds of a / b by the exact binomial of a out of a + b, where one of them is 0."""
    nobody = (a == 0) & (b == 0)
    share_low = np.where(a > 0, betaincinv(np.maximum(a, 1), b + 1, alpha / 2), 0.0)
    share_high = np.where(b > 0, betaincinv(a + 1, np.maximum(b, 1), 1 - alpha / 2), np.nan)
    unknown = np.where(nobody | np.isnan(a) | np.isnan(b), np.nan, 1.0)
    return unknown * share_low / (1 - share_low), unknown * share_high / (1 - share_high)


def rate_difference(
    count_in: ArrayLike, people_in: ArrayLike, count_out: ArrayLike, people_out: ArrayLike, per: ArrayLike
) -> Floats:
    """Return the rate inside less the rate outside, for ``per`` people.

    >>> rate_difference([12], [15_000], [180], [140_000], [10_000]).round(3).tolist()
    [-4.857]
    """
    scale = np.asarray(per, dtype=np.float64)
    return scale * (density(count_in, people_in, 1.0) - density(count_out, people_out, 1.0))


def parity(count_in: ArrayLike, people_in: ArrayLike, count_out: ArrayLike, people_out: ArrayLike) -> Floats:
    """Return how many more are needed inside for the rate outside; negative where there are more already.

    >>> parity([12], [15_000], [180], [140_000]).round(3).tolist()
    [7.286]
    """
    people = np.asarray(people_in, dtype=np.float64)
    expected = density(count_out, people_out, 1.0) * np.where(people > 0, people, np.nan)
    return expected - np.asarray(count_in, dtype=np.float64)
