"""Floating catchments of growing cities, against PySAL's access on the same pairs (DESIGN 8)."""

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
from access.fca import two_stage_fca
from numpy.testing import assert_allclose

from app.indicators.accessibility import PRESETS
from app.indicators.catchment import Times, catchment, times_of
from tests.bench.measures import Measure, median_seconds

CELLS, PAIRS_A_SITE, LIMIT = 20_000, 6_000, 1_800
SITES = (500, 1_000, 2_000)
DECAY = PRESETS["3sfca"].decay  # exponential: the dearest to evaluate

type City = tuple[Times, np.ndarray, np.ndarray]


def lines() -> Iterator[str]:
    """Yield the lines of the table: the ratio, the growth, and every family at 12 million pairs."""
    cities = [city(sites) for sites in SITES]
    found = against_access(cities[0])
    yield (f"{found.name:<52} {found.ours:8.3f} s   {found.peer_name:<18} {found.peer:8.3f} s   "
           f"rapport {found.ours / found.peer:6.4f} (attendu {found.bound})")  # fmt: skip
    spent = [seconds(each) for each in cities]
    slopes = " puis ".join(f"{later / earlier:.2f}" for earlier, later in pairwise(spent))
    yield f"pente des aires d'attraction à 1x, 2x, 4x : {slopes} (2 = linéaire)"
    for slug in ("2sfca", "3sfca", "m2sfca", "apl"):
        name = f"aires d'attraction {slug}, {len(cities[-1][0].cell) / 1e6:.0f} M de couples"
        yield f"{name:<52} {seconds(cities[-1], slug):8.3f} s   (attendu <= 1)"


def city(sites: int) -> City:
    """Return times of ``PAIRS_A_SITE`` cells a site, supply and demand."""
    rng = np.random.default_rng(sites)
    cells = np.arange(CELLS, dtype=np.int32)
    times = times_of(
        [np.sort(rng.choice(cells, PAIRS_A_SITE, replace=False)) for _ in range(sites)],
        [rng.integers(0, LIMIT, PAIRS_A_SITE, dtype=np.int16, endpoint=True) for _ in range(sites)],
        cells,
        LIMIT,
    )
    return times, rng.random(sites) * 4 + 0.1, rng.random(CELLS) * 100 + 1


def seconds(each: City, slug: str = "3sfca") -> float:
    """Return the median seconds of a preset."""
    preset = PRESETS[slug]
    return median_seconds(lambda: catchment(*each, preset.decay, family=preset.family))


def against_access(each: City) -> Measure:
    """Two steps and an exponential decay, ours against theirs, once both are seen to agree."""
    times, supply, demand = each
    costs = pd.DataFrame({
        "origin": times.cell,
        "dest": np.repeat(np.arange(times.sites), np.diff(times.start)),
        "cost": times.seconds / 60.0,
    })  # fmt: skip
    people = pd.DataFrame({"demand": demand}, index=pd.RangeIndex(times.cells, name="geoid"))
    offer = pd.DataFrame({"supply": supply}, index=pd.RangeIndex(times.sites, name="geoid"))

    def theirs() -> pd.Series:
        return two_stage_fca(people, offer, costs, LIMIT / 60, demand_index=True, weight_fn=weight)

    def weight(minutes: float) -> float:
        return math.exp(-0.12 * minutes)

    def ours() -> np.ndarray:
        return catchment(times, supply, demand, DECAY).accessibility

    assert_allclose(ours(), theirs().reindex(range(CELLS), fill_value=0.0), rtol=1e-9)
    peer = median_seconds(theirs, 1)
    name = f"aires d'attraction, {len(times.cell) / 1e6:.0f} M de couples"
    return Measure(name, median_seconds(ours), "PySAL access", peer, "<= 0.05")
