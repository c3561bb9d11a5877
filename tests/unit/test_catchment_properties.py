"""What holds of every floating catchment, whatever the city."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from app.indicators.catchment import Family, Times, catchment, times_of
from app.indicators.decay import Decay, Exponential, Gaussian, Kernel, Linear, Logistic, Step

LIMIT = 1800
DECAYS: tuple[Decay, ...] = (
    Step((15,)),
    Step((10, 15, 20), (1, 0.3, 0.1)),
    Linear(15, 10),
    Logistic(12, 4, 30),
    Exponential(0.12, 30),
    Gaussian(180, 30),
    Kernel(20),
)
FAMILIES: tuple[Family, ...] = ("2sfca", "3sfca", "m2sfca")
KEEPING: tuple[Family, ...] = ("2sfca", "3sfca")


@dataclass(frozen=True)
class City:
    """Seconds by (site, cell), supply and demand."""

    pairs: dict[tuple[int, int], int]
    supply: np.ndarray
    demand: np.ndarray

    def times(self, order: list[int] | None = None) -> Times:
        """Return the times, with the cells of each site in the order of ``order`` (cell positions)."""
        ranks = order or list(range(len(self.demand)))
        reached = [[c for c in ranks if (s, c) in self.pairs] for s in range(len(self.supply))]
        return times_of(
            [np.array(row, dtype=np.int32) for row in reached],
            [np.array([self.pairs[s, c] for c in row], dtype=np.int16) for s, row in enumerate(reached)],
            np.arange(len(self.demand), dtype=np.int32),
            LIMIT,
        )

    def found(self, decay: Decay, family: Family) -> np.ndarray:
        return catchment(self.times(), self.supply, self.demand, decay, family=family).accessibility


amount = st.one_of(st.just(0.0), st.floats(min_value=0.05, max_value=5000))


@st.composite
def cities(draw: st.DrawFn) -> City:
    sites, cells = draw(st.integers(1, 5)), draw(st.integers(1, 7))
    pairs = draw(
        st.dictionaries(
            st.tuples(st.integers(0, sites - 1), st.integers(0, cells - 1)), st.integers(0, LIMIT)
        )
    )
    supply = draw(st.lists(amount, min_size=sites, max_size=sites))
    demand = draw(st.lists(amount, min_size=cells, max_size=cells))
    return City(pairs, np.array(supply), np.array(demand))


any_decay = st.sampled_from(DECAYS)
any_family = st.sampled_from(FAMILIES)
keeping = st.sampled_from(KEEPING)


def by_hand(city: City, decay: Decay, family: Family) -> list[float]:
    """Work the definitions of METHODS 7 out pair by pair."""
    weight = {pair: float(decay(seconds / 60)) for pair, seconds in city.pairs.items()}
    sites, cells = range(len(city.supply)), range(len(city.demand))
    if family == "3sfca":
        weight = {(s, c): w for (s, c), w in weight.items() if city.supply[s] > 0}
        total = {c: math.fsum(weight.get((s, c), 0) for s in sites) for c in cells}
        weight = {(s, c): w * w / total[c] if total[c] else 0.0 for (s, c), w in weight.items()}
    found = []
    for cell in cells:
        parts = []
        for site in sites:
            mine = weight.get((site, cell), 0.0)
            if mine == 0 or city.supply[site] == 0:
                continue
            reaching = math.fsum(city.demand[c] * weight.get((site, c), 0.0) for c in cells)
            given = mine**2 if family == "m2sfca" else mine
            parts.append(city.supply[site] * given / reaching if reaching else math.nan)
        found.append(math.fsum(parts) if parts else 0.0)
    return found


@given(cities(), any_decay, any_family)
def test_it_equals_the_definitions_worked_out_pair_by_pair(city: City, decay: Decay, family: Family) -> None:
    assert_allclose(city.found(decay, family), by_hand(city, decay, family), rtol=1e-9)


@given(cities(), any_decay, keeping)
def test_demand_times_accessibility_sums_up_to_the_supply_reached(
    city: City, decay: Decay, family: Family
) -> None:
    found = catchment(city.times(), city.supply, city.demand, decay, family=family)
    served = city.supply[~np.isnan(found.ratio)].sum()
    inhabited = city.demand > 0
    assert not np.isnan(found.accessibility[inhabited]).any()
    given_out = (city.demand * found.accessibility)[inhabited].sum()
    assert_allclose(given_out, served, rtol=1e-9)


@given(cities(), any_decay)
def test_m2sfca_never_gives_out_more_than_there_is(city: City, decay: Decay) -> None:
    lost, kept = city.found(decay, "m2sfca"), city.found(decay, "2sfca")
    inhabited = city.demand > 0
    assert np.all(lost[inhabited] <= kept[inhabited] * (1 + 1e-12))


@given(cities(), any_decay, any_family, st.data())
def test_the_order_of_rows_does_not_change_a_byte(
    city: City, decay: Decay, family: Family, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(city.demand))))
    shuffled = catchment(city.times(list(order)), city.supply, city.demand, decay, family=family)
    assert shuffled.accessibility.tobytes() == city.found(decay, family).tobytes()


@given(cities(), any_decay, any_family, st.data())
def test_numbering_sites_and_cells_otherwise_changes_nothing_but_their_places(
    city: City, decay: Decay, family: Family, data: st.DataObject
) -> None:
    site = np.array(data.draw(st.permutations(range(len(city.supply)))))
    cell = np.array(data.draw(st.permutations(range(len(city.demand)))))
    renumbered = City(
        {(int(site[s]), int(cell[c])): t for (s, c), t in city.pairs.items()},
        city.supply[np.argsort(site)],
        city.demand[np.argsort(cell)],
    )
    assert_allclose(renumbered.found(decay, family)[cell], city.found(decay, family), rtol=1e-12)


@given(cities(), any_decay, any_family, st.floats(min_value=0.01, max_value=100))
def test_twice_the_people_share_half_and_twice_the_supply_is_double(
    city: City, decay: Decay, family: Family, factor: float
) -> None:
    found = city.found(decay, family)
    crowded = City(city.pairs, city.supply, city.demand * factor)
    richer = City(city.pairs, city.supply * factor, city.demand)
    assert_allclose(crowded.found(decay, family), found / factor, rtol=1e-9)
    assert_allclose(richer.found(decay, family), found * factor, rtol=1e-9)


@given(cities(), keeping, st.floats(min_value=0.1, max_value=1))
def test_only_the_proportions_between_weights_matter(city: City, family: Family, factor: float) -> None:
    whole = Step((10, 15, 20), (1, 0.3, 0.1))
    part = Step((10, 15, 20), tuple(factor * weight for weight in whole.weights))
    assert_allclose(city.found(part, family), city.found(whole, family), rtol=1e-9)


@given(cities(), any_decay, st.sampled_from(("2sfca", "m2sfca")), st.data())
def test_more_supply_lowers_nobody(city: City, decay: Decay, family: Family, data: st.DataObject) -> None:
    site = data.draw(st.integers(0, len(city.supply) - 1))
    supply = city.supply + np.where(np.arange(len(city.supply)) == site, 10.0, 0.0)
    before, after = city.found(decay, family), City(city.pairs, supply, city.demand).found(decay, family)
    inhabited = city.demand > 0
    assert np.all(after[inhabited] >= before[inhabited] * (1 - 1e-12))


@given(cities(), any_decay, any_family, st.data())
def test_more_people_raise_nobody(city: City, decay: Decay, family: Family, data: st.DataObject) -> None:
    cell = data.draw(st.integers(0, len(city.demand) - 1))
    demand = city.demand + np.where(np.arange(len(city.demand)) == cell, 100.0, 0.0)
    before, after = city.found(decay, family), City(city.pairs, city.supply, demand).found(decay, family)
    inhabited = city.demand > 0
    assert np.all(after[inhabited] <= before[inhabited] * (1 + 1e-12))


@given(cities(), any_decay, any_family, st.data())
def test_a_site_without_supply_is_as_no_site(
    city: City, decay: Decay, family: Family, data: st.DataObject
) -> None:
    site = data.draw(st.integers(0, len(city.supply) - 1))
    supply = np.where(np.arange(len(city.supply)) == site, 0.0, city.supply)
    closed = City(city.pairs, supply, city.demand)
    gone = City({pair: t for pair, t in city.pairs.items() if pair[0] != site}, supply, city.demand)
    assert_array_equal(closed.found(decay, family), gone.found(decay, family))


@given(cities(), any_family)
def test_a_pair_beyond_the_reach_is_as_no_pair(city: City, family: Family) -> None:
    decay = Step((15,))
    near = City({pair: t for pair, t in city.pairs.items() if t <= 900}, city.supply, city.demand)
    assert_array_equal(city.found(decay, family), near.found(decay, family))


@given(cities(), any_decay, any_family)
def test_zero_means_that_no_supply_is_in_reach(city: City, decay: Decay, family: Family) -> None:
    found = city.found(decay, family)
    reaching = {c for (s, c), t in city.pairs.items() if city.supply[s] > 0 and decay(t / 60) > 1e-8}
    assert not {cell for cell in np.flatnonzero(found == 0).tolist() if cell in reaching}


@given(st.lists(st.floats(min_value=1, max_value=1000), min_size=1, max_size=6), any_family)
def test_where_everybody_reaches_everything_all_are_equal(people: list[float], family: Family) -> None:
    pairs = {(s, c): 600 for s in range(3) for c in range(len(people))}
    found = City(pairs, np.array([1.0, 2, 3]), np.array(people)).found(Step((10,)), family)
    assert_allclose(found, 6 / math.fsum(people), rtol=1e-9)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_input_gives_the_same_bytes_and_is_left_as_it_was(family: Family) -> None:
    rng = np.random.default_rng(5)
    pairs = {(int(s), int(c)): int(t) for s, c, t in rng.integers(0, [40, 300, LIMIT], (4000, 3))}
    city = City(pairs, rng.random(40) * 4, rng.random(300) * 900)
    times = city.times()
    kept = [array.copy() for array in (times.start, times.cell, times.seconds, city.supply, city.demand)]
    runs = [
        catchment(times, city.supply, city.demand, Exponential(0.12, 30), family=family) for _ in range(2)
    ]
    assert runs[0].accessibility.tobytes() == runs[1].accessibility.tobytes()
    assert runs[0].ratio.tobytes() == runs[1].ratio.tobytes()
    now = (times.start, times.cell, times.seconds, city.supply, city.demand)
    assert all(array.tobytes() == was.tobytes() for array, was in zip(now, kept, strict=True))
