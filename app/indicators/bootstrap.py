"""Bootstrap intervals of an index: the territories drawn again, with replacement, always the same way."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.indicators.density import Floats

DRAWS = 1_000
SEED = 20_250_101
# Fewer territories hold too few different draws for an interval to say anything.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Estimate:
    """An index and its 95 % interval; NaN is unknown, inf is « over nothing »."""

    value: float
    low: float
    high: float


def redrawn(people: Floats, draws: int = DRAWS, seed: int = SEED) -> Floats:
    """Return the people (n,) of each territory in each draw, (draws, n), as often as drawn.

    >>> redrawn(np.array([5.0]), draws=2).tolist()
    [[5.0], [5.0]]
    """
    size = len(people)
    # A seed, not a secret: whoever asks twice gets the same interval.
    chosen = np.random.default_rng(seed).integers(size, size=(draws, size))
    chosen += np.arange(draws)[:, None] * size
    times = np.bincount(chosen.ravel(), minlength=draws * size).reshape(draws, size)
    return np.asarray(times * people, dtype=np.float64)


def estimate(index: Callable[[Floats], Floats], people: Floats, drawn: Floats | None = None) -> Estimate:
    """Return an index of ``people`` (n,) with its percentile interval over ``drawn`` (draws, n).

    ``index`` takes people (..., n) and returns (...). No interval without draws, under five territories, nor
    where one draw in forty leaves the index undefined.
    """
    value = float(index(people))
    if drawn is None or len(people) < FEWEST:
        return Estimate(value, np.nan, np.nan)
    found = np.sort(index(drawn))  # NaN go last
    known = found[~np.isnan(found)]
    if len(known) < 0.975 * len(found):
        return Estimate(value, np.nan, np.nan)
    # The nearest draws: between a number and infinity nothing can be interpolated.
    low, high = np.quantile(known, [0.025, 0.975], method="nearest")
    return Estimate(value, float(low), float(high))
