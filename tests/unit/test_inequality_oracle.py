"""Inequality against PySAL's own, which knows no weights: every inhabitant is then one observation."""

import numpy as np
import pytest
from inequality.gini import Gini
from inequality.theil import Theil, TheilD
from numpy.typing import NDArray

from app.indicators.inequality import gini, theil, theil_between, theil_within

Floats = NDArray[np.float64]


def town(seed: int) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return values above 0, people and who is a QPV, of thirty territories."""
    rng = np.random.default_rng(seed)
    return rng.gamma(2, 40, 30) + 0.1, rng.integers(1, 60, 30).astype(np.float64), rng.random(30) < 0.3


@pytest.mark.parametrize("seed", range(5))
def test_gini_and_theil_are_those_of_every_inhabitant(seed: int) -> None:
    values, people, _ = town(seed)
    everybody = np.repeat(values, people.astype(int))
    assert float(gini(values, people)) == pytest.approx(Gini(everybody).g)
    assert float(theil(values, people)) == pytest.approx(Theil(everybody).T)


@pytest.mark.filterwarnings("ignore:Setting the shape on a NumPy array:DeprecationWarning")
@pytest.mark.parametrize("seed", range(5))
def test_theil_splits_between_and_within_as_for_every_inhabitant(seed: int) -> None:
    values, people, priority = town(seed)
    heads = people.astype(int)
    split = TheilD(np.repeat(values, heads), np.repeat(priority.astype(int), heads))
    assert float(theil_between(values, people, priority)) == pytest.approx(float(split.bg[0]))
    assert float(theil_within(values, people, priority)) == pytest.approx(float(split.wg[0]))
