"""Densities and their intervals against METHODS 4 and against scipy's own quantiles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import chi2, norm

from app.indicators.density import EXACT_BELOW, density, density_interval, poisson_interval

counts = st.integers(min_value=0, max_value=100_000)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(1, 25.318, 5571.643), (5, 1623.486, 11668.332), (20, 12211.429, 30889.880)],
)
def test_the_worked_values_of_the_methods_come_out(count: int, low: float, high: float) -> None:
    found = density_interval([count], [100], 100_000)
    assert_allclose([bound[0] for bound in found], [low, high], atol=5e-4)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(1, 25.318, 5571.643), (5, 1623.486, 11668.332), (20, 12211.429, 30889.880)],
)
def test_the_worked_values_hold_where_people_practise_in_one_place(
    count: int, low: float, high: float
) -> None:
    found = density_interval([count], [100], 100_000, weight=[count])
    assert_allclose([bound[0] for bound in found], [low, high], atol=5e-4)


@given(
    st.integers(min_value=1, max_value=10_000),
    st.floats(min_value=0.01, max_value=1),
    st.floats(min_value=0.1, max_value=1e6),
)
def test_the_interval_of_shared_people_holds_the_density_shown(
    heads: int, share: float, population: float
) -> None:
    weight = heads * share
    low, high = density_interval([heads], [population], 1000, weight=[weight])
    shown = density([weight], [population], 1000)
    assert 0 <= low[0] < shown[0] < high[0]
    whole_low, whole_high = density_interval([heads], [population], 1000)
    assert_allclose(
        [low[0] / shown[0], high[0] / shown[0]],
        [whole_low[0], whole_high[0]] / (density([heads], [population], 1000)),
    )


def test_nobody_shared_out_has_the_interval_of_nobody() -> None:
    assert_allclose(density_interval([0], [100], 1000, weight=[0.0]), density_interval([0], [100], 1000))


def test_an_unknown_weight_has_no_interval() -> None:
    assert np.isnan(density_interval([np.nan], [100], 1000, weight=[np.nan])).all()


def test_no_practitioner_has_a_lower_bound_of_zero_and_an_upper_one_above() -> None:
    low, high = poisson_interval([0])
    assert low[0] == 0
    assert_allclose(high[0], 3.6889, atol=1e-4)


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.2])
def test_small_counts_have_the_exact_bounds(alpha: float) -> None:
    x = np.arange(EXACT_BELOW)
    low, high = poisson_interval(x, alpha)
    assert_allclose(low[1:], chi2.ppf(alpha / 2, 2 * x[1:]) / 2, rtol=1e-10)
    assert_allclose(high, chi2.ppf(1 - alpha / 2, 2 * x + 2) / 2, rtol=1e-10)


def test_counts_from_ten_on_have_byar_s_bounds() -> None:
    x, z = 10.0, norm.ppf(0.975)
    low, high = poisson_interval([x])
    assert_allclose(low[0], x * (1 - 1 / (9 * x) - z / (3 * x**0.5)) ** 3)
    assert_allclose(high[0], (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * (x + 1) ** 0.5)) ** 3)


def test_byar_is_close_to_the_exact_bounds() -> None:
    x = np.arange(10, 500)
    low, high = poisson_interval(x)
    assert_allclose(low, chi2.ppf(0.025, 2 * x) / 2, rtol=0.005)
    assert_allclose(high, chi2.ppf(0.975, 2 * x + 2) / 2, rtol=0.005)


@given(counts)
def test_the_interval_always_holds_the_count(count: int) -> None:
    low, high = poisson_interval([count])
    assert 0 <= low[0] <= count < high[0]


@given(counts, st.floats(min_value=0.001, max_value=0.5))
def test_less_risk_means_a_wider_interval(count: int, alpha: float) -> None:
    low, high = poisson_interval([count], alpha)
    wider_low, wider_high = poisson_interval([count], alpha / 2)
    assert wider_low[0] <= low[0]
    assert wider_high[0] >= high[0]


@given(counts)
def test_one_more_practitioner_moves_both_bounds_up(count: int) -> None:
    low, high = poisson_interval([count, count + 1])
    assert low[0] < low[1]
    assert high[0] < high[1]


@pytest.mark.parametrize("population", [0, -1, float("nan")])
def test_a_density_without_known_people_is_unknown_never_infinite(population: float) -> None:
    assert np.isnan(density([3], [population], 1000)).all()
    assert np.isnan(density_interval([3], [population], 1000)).all()


def test_an_unknown_count_stays_unknown() -> None:
    assert np.isnan(poisson_interval([np.nan])).all()
    assert np.isnan(density([np.nan], [10], 1000)).all()


def test_density_is_proportional_to_its_reference() -> None:
    assert density([7], [350], 1000)[0] == pytest.approx(20)
    assert density([7], [350], 100_000)[0] == pytest.approx(2000)


def test_arguments_are_left_as_they_were() -> None:
    count, people = np.array([1.0, 0.0]), np.array([0.0, 5.0])
    density(count, people, 1000)
    poisson_interval(count)
    assert count.tolist() == [1, 0]
    assert people.tolist() == [0, 5]


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        poisson_interval([-1])


@pytest.mark.parametrize("alpha", [0, 1, -0.1])
def test_an_impossible_risk_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha"):
        poisson_interval([1], alpha)


# Exact 95 % limits of a Poisson count as tables print them: Garwood 1936, Ulm 1990, and PHE's technical
# guide, which takes them below ten and Byar's from ten on.
PUBLISHED = {
    0: (0.0, 3.6889),
    1: (0.0253, 5.5716),
    2: (0.2422, 7.2247),
    3: (0.6187, 8.7673),
    4: (1.0899, 10.2416),
    5: (1.6235, 11.6683),
    6: (2.2019, 13.0595),
    7: (2.8144, 14.4227),
    8: (3.4538, 15.7632),
    9: (4.1154, 17.0848),
    10: (4.7954, 18.3904),
    11: (5.4912, 19.6820),
    12: (6.2006, 20.9616),
    13: (6.9220, 22.2304),
    14: (7.6539, 23.4896),
    15: (8.3954, 24.7402),
    16: (9.1454, 25.9830),
    17: (9.9031, 27.2186),
    18: (10.6679, 28.4478),
    19: (11.4392, 29.6709),
    20: (12.2165, 30.8884),
    25: (16.1787, 36.9049),
    30: (20.2409, 42.8269),
}


@pytest.mark.parametrize("count", [count for count in PUBLISHED if count < EXACT_BELOW])
def test_exact_bounds_are_those_of_published_tables(count: int) -> None:
    found = [float(bound[0]) for bound in poisson_interval([count])]
    assert_allclose(found, PUBLISHED[count], atol=5.1e-5)


@pytest.mark.parametrize("count", [count for count in PUBLISHED if count >= EXACT_BELOW])
def test_byar_s_bounds_are_two_thousandths_from_published_tables(count: int) -> None:
    found = [float(bound[0]) for bound in poisson_interval([count])]
    assert_allclose(found, PUBLISHED[count], rtol=2e-3)
