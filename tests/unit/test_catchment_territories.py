"""Values of cells brought to territories, against sums written with dictionaries."""

import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from app.indicators.catchment import catchment, times_of
from app.indicators.decay import Step
from app.indicators.weighting import (
    Pieces,
    known_people,
    people_at_most,
    weighted_mean,
    weighted_quantile,
)

nan = math.nan
TERRITORIES, CELLS = 4, 6

Row = tuple[int, int, float]

rows = st.lists(
    st.tuples(
        st.integers(0, TERRITORIES - 1),
        st.integers(0, CELLS - 1),
        st.one_of(st.just(0.0), st.floats(min_value=0.1, max_value=500)),
    )
)
values = st.lists(
    st.one_of(st.just(nan), st.floats(min_value=0, max_value=100)), min_size=CELLS, max_size=CELLS
)


def pieces(found: list[Row], territories: int = TERRITORIES) -> Pieces:
    return Pieces(
        np.array([row[0] for row in found], dtype=np.int32),
        np.array([row[1] for row in found], dtype=np.int32),
        np.array([row[2] for row in found], dtype=np.float64),
        territories,
    )


def inhabitants(found: list[Row], value: list[float]) -> dict[int, list[tuple[float, float]]]:
    """Return (value, people) of the inhabited pieces of known value of each territory."""
    kept = defaultdict(list)
    for territory, cell, people in found:
        if people > 0 and not math.isnan(value[cell]):
            kept[territory].append((value[cell], people))
    return kept


@given(rows, values)
def test_a_mean_is_weighted_by_the_people_whose_value_is_known(found: list[Row], value: list[float]) -> None:
    kept = inhabitants(found, value)
    expected = [
        math.fsum(v * p for v, p in kept[t]) / math.fsum(p for _, p in kept[t]) if kept[t] else nan
        for t in range(TERRITORIES)
    ]
    assert_allclose(weighted_mean(np.array(value), pieces(found)), expected, rtol=1e-9, atol=1e-300)


@given(rows, values)
def test_a_mean_lies_between_the_least_and_the_most(found: list[Row], value: list[float]) -> None:
    mean = weighted_mean(np.array(value), pieces(found))
    for territory, people in inhabitants(found, value).items():
        assert min(v for v, _ in people) <= mean[territory] * (1 + 1e-12) + 1e-300
        assert mean[territory] <= max(v for v, _ in people) * (1 + 1e-12) + 1e-300


@given(rows, values, st.sampled_from([0.1, 0.5, 0.9, 1.0]))
def test_a_quantile_is_the_least_value_that_enough_people_do_not_exceed(
    found: list[Row], value: list[float], share: float
) -> None:
    quantile = weighted_quantile(np.array(value), pieces(found), share)
    kept = inhabitants(found, value)
    for territory in range(TERRITORIES):
        if not kept[territory]:
            assert math.isnan(quantile[territory])
            continue
        everybody = math.fsum(p for _, p in kept[territory])
        below = math.fsum(p for v, p in kept[territory] if v < quantile[territory])
        up_to = math.fsum(p for v, p in kept[territory] if v <= quantile[territory])
        assert up_to >= share * everybody * (1 - 1e-9)
        assert below < share * everybody * (1 + 1e-9)
        assert any(v == quantile[territory] for v, _ in kept[territory])


@given(rows, values)
def test_people_are_counted_below_each_limit_and_unknown_ones_never(
    found: list[Row], value: list[float]
) -> None:
    counted = people_at_most(np.array(value), pieces(found), (10, 50, 100))
    kept = inhabitants(found, value)
    expected = [
        [math.fsum(p for v, p in kept[t] if v <= limit) for limit in (10, 50, 100)]
        for t in range(TERRITORIES)
    ]
    assert_allclose(counted, expected, rtol=1e-9)
    assert_allclose(counted[:, -1], known_people(np.array(value), pieces(found)), rtol=1e-9)


@given(rows, values, st.randoms(use_true_random=False))
def test_the_order_of_pieces_does_not_matter(found: list[Row], value: list[float], random) -> None:
    shuffled = random.sample(found, len(found))
    for measure in (weighted_mean, lambda v, p: weighted_quantile(v, p, 0.5), known_people):
        assert_allclose(
            measure(np.array(value), pieces(shuffled)), measure(np.array(value), pieces(found)), rtol=1e-9
        )


def test_a_territory_without_people_or_without_a_known_value_is_unknown_never_0() -> None:
    found = pieces([(0, 0, 0.0), (1, 1, 50.0), (2, 0, 10.0)])
    value = np.array([3.0, nan])
    assert_allclose(weighted_mean(value, found), [nan, nan, 3, nan])
    assert_allclose(weighted_quantile(value, found, 0.5), [nan, nan, 3, nan])
    assert known_people(value, found).tolist() == [0, 0, 10, 0]


def test_the_nearest_site_of_the_worked_example_takes_4_minutes_9_on_the_mean() -> None:
    everybody = pieces([(0, cell, people) for cell, people in enumerate([1000, 2000, 1500, 500])], 1)
    nearest = np.array([4.0, 3, 6, 11])
    assert_allclose(weighted_mean(nearest, everybody), [4.9])
    assert_allclose(people_at_most(nearest, everybody, (5.9, 6, 10)) / 5000, [[0.6, 0.9, 0.9]])
    assert weighted_quantile(nearest, everybody, 0.5).tolist() == [4]


@pytest.mark.parametrize("people", [1.0, 0.1, 0.7, 1.1])
def test_deciles_of_equal_people_are_their_values_in_order(people: float) -> None:
    everybody = pieces([(0, cell, people) for cell in range(10)], 1)
    value = np.arange(10.0)
    assert [weighted_quantile(value, everybody, k / 10)[0] for k in range(1, 11)] == value.tolist()


def test_cells_cut_by_borders_give_out_the_whole_supply_whatever_the_level() -> None:
    minutes = np.array([[4, 12, 22], [8, 3, 17], [18, 9, 6], [30, 14, 11]])
    times = times_of([np.arange(4)] * 3, [column * 60 for column in minutes.T], np.arange(4), 1800)
    people = np.array([1000.0, 2000, 1500, 500])
    found = catchment(times, [3, 1, 2], people, Step((15,))).accessibility
    iris = pieces(
        [(0, 0, 1000.0), (0, 1, 800.0), (1, 1, 1200.0), (1, 2, 500.0), (2, 2, 1000.0), (2, 3, 500.0)], 3
    )
    commune = pieces([(0, cell, float(n)) for cell, n in enumerate(people)], 1)
    for level in (iris, commune):
        assert_allclose((weighted_mean(found, level) * known_people(found, level)).sum(), 6)


@pytest.mark.parametrize(
    ("territory", "cell", "people", "named"),
    [
        ([0], [0], [1.0, 2.0], "one length"),
        ([0], [0], [-1.0], "not negative"),
        ([0], [0], [nan], "known"),
        ([4], [0], [1.0], "not there"),
        ([-1], [0], [1.0], "position"),
        ([0], [-1], [1.0], "position"),
    ],
)
def test_pieces_that_fit_nothing_are_refused(territory, cell, people, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Pieces(np.array(territory), np.array(cell), np.array(people), 4)


@pytest.mark.parametrize("share", [0, -0.5, 1.5])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        weighted_quantile(np.array([1.0]), pieces([(0, 0, 1.0)]), share)
