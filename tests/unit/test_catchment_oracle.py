"""Floating catchments against PySAL's ``access``, on a random city."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from access.fca import three_stage_fca, two_stage_fca
from numpy.testing import assert_allclose

from app.indicators.accessibility import PRESETS
from app.indicators.catchment import Family, Times, catchment
from app.indicators.decay import Decay, Exponential, Gaussian, Linear, Logistic

CELLS, SITES, LIMIT = 300, 40, 1800

type Peer = Callable[..., pd.Series]


@pytest.fixture(scope="module")
def city() -> tuple[Times, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    seconds = rng.integers(0, 2 * LIMIT, (SITES, CELLS))
    site, cell = np.nonzero(seconds <= LIMIT)
    start = np.searchsorted(site, np.arange(SITES + 1)).astype(np.int32)
    times = Times(start, cell.astype(np.int32), seconds[site, cell].astype(np.int16), CELLS, LIMIT)
    return times, rng.random(SITES) * 5, rng.random(CELLS) * 400


def by_access(
    peer: Peer, city: tuple[Times, np.ndarray, np.ndarray], weight: Callable[[float], float]
) -> np.ndarray:
    times, supply, demand = city
    costs = pd.DataFrame({
        "origin": times.cell,
        "dest": np.repeat(np.arange(SITES), np.diff(times.start)),
        "cost": times.seconds / 60.0,
    })  # fmt: skip
    found = peer(
        pd.DataFrame({"demand": demand}, index=pd.RangeIndex(CELLS, name="geoid")),
        pd.DataFrame({"supply": supply}, index=pd.RangeIndex(SITES, name="geoid")),
        costs,
        max_cost=LIMIT / 60,
        demand_index=True,
        weight_fn=weight,
    )
    return found.reindex(range(CELLS), fill_value=0.0).to_numpy()


# The peer calls pandas in a way that pandas gives up.
@pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")
@pytest.mark.parametrize("peer_and_family", [(two_stage_fca, "2sfca"), (three_stage_fca, "3sfca")])
@pytest.mark.parametrize(
    "decay",
    [
        *(PRESETS[slug].decay for slug in ("2sfca", "e2sfca", "kd2sfca", "apl", "3sfca")),
        Gaussian(180, 30),
        Linear(15, 10),
        Logistic(15, 5, 30),
        Exponential(0.05, 25),
    ],
    ids=str,
)
def test_pysal_s_access_gives_the_same_values(
    city: tuple[Times, np.ndarray, np.ndarray], decay: Decay, peer_and_family: tuple[Peer, Family]
) -> None:
    peer, family = peer_and_family
    expected = by_access(peer, city, lambda minutes: float(decay(minutes)))
    times, supply, demand = city
    found = catchment(times, supply, demand, decay, family=family)
    assert not np.isnan(found.ratio).any()
    assert_allclose(found.accessibility, expected, rtol=1e-9)
