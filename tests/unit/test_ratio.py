"""Two rates compared: worked values of METHODS 5, exact bounds, and what always holds."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import binom

from app.indicators import ratio
from app.indicators.density import density, poisson_interval
from app.indicators.ratio import parity, rate_difference, rate_ratio, ratio_interval

PARIS = (12, 15_000, 180, 140_000)
counts = st.integers(0, 500)
people = st.integers(1, 200_000)


def test_the_worked_value_of_methods() -> None:
    assert density(12, 15_000, 10_000) == pytest.approx(8.0)
    assert density(180, 140_000, 10_000) == pytest.approx(12.857, abs=5e-4)
    low, high = ratio_interval(*PARIS)
    assert float(rate_ratio(*PARIS)) == pytest.approx(0.6222, abs=5e-5)
    assert (float(low), float(high)) == (pytest.approx(0.3469, abs=5e-5), pytest.approx(1.1162, abs=5e-5))


def test_the_examples_of_the_module_hold() -> None:
    assert doctest.testmod(ratio).failed == 0


def _bound(inside: int, outside: int, tail: float) -> float:
    """Return the share of a binomial under which ``inside`` or fewer (or more) is as likely as ``tail``."""
    total = inside + outside
    if inside == 0:
        return float(brentq(lambda p: binom.cdf(0, total, p) - tail, 0, 1))
    return float(brentq(lambda p: binom.sf(inside - 1, total, p) - tail, 0, 1))


@pytest.mark.parametrize("outside", [1, 4, 180])
def test_nobody_inside_has_the_exact_conditional_bound(outside: int) -> None:
    low, high = ratio_interval(0, 15_000, outside, 140_000)
    share = _bound(0, outside, 0.025)
    assert float(low) == 0
    assert float(high) == pytest.approx(share / (1 - share) * 140_000 / 15_000)


@pytest.mark.parametrize("inside", [1, 4, 40])
def test_nobody_outside_has_a_lower_bound_and_no_upper_one(inside: int) -> None:
    low, high = ratio_interval(inside, 15_000, 0, 140_000)
    share = _bound(inside, 0, 0.025)
    assert float(low) == pytest.approx(share / (1 - share) * 140_000 / 15_000)
    assert np.isnan(high)
    assert np.isnan(rate_ratio(inside, 15_000, 0, 140_000))


@pytest.mark.parametrize(
    "who", [(0, 10, 0, 10), (3, 0, 5, 10), (3, 10, 5, 0), (3, np.nan, 5, 10), (3, 10, 5, -4)]
)
def test_what_cannot_be_compared_is_unknown_without_a_warning(who: tuple[float, ...]) -> None:
    low, high = ratio_interval(*who)
    assert np.isnan([float(rate_ratio(*who)), float(low), float(high)]).all()


@given(counts, people)
def test_equal_places_have_a_ratio_of_one_within_its_interval(count: int, heads: int) -> None:
    found = float(rate_ratio(count, heads, count, heads))
    low, high = (float(bound) for bound in ratio_interval(count, heads, count, heads))
    if count == 0:
        assert np.isnan([found, low, high]).all()
    else:
        assert found == pytest.approx(1)
        assert low < 1 < high
    assert float(rate_difference(count, heads, count, heads, 1000)) == 0
    assert float(parity(count, heads, count, heads)) == pytest.approx(0, abs=1e-9)


@given(counts, people, st.integers(1, 500), people)
def test_the_interval_holds_the_ratio_and_swapping_sides_inverts_it(
    inside: int, people_in: int, outside: int, people_out: int
) -> None:
    found = float(rate_ratio(inside, people_in, outside, people_out))
    low, high = (float(bound) for bound in ratio_interval(inside, people_in, outside, people_out))
    assert 0 <= low <= found <= high
    if inside:
        back_low, back_high = ratio_interval(outside, people_out, inside, people_in)
        assert (float(back_low), float(back_high)) == (pytest.approx(1 / high), pytest.approx(1 / low))


@given(counts, people, counts, people)
def test_those_who_are_missing_for_parity_would_bring_it(
    inside: int, people_in: int, outside: int, people_out: int
) -> None:
    missing = float(parity(inside, people_in, outside, people_out))
    reached = density(inside + missing, people_in, 1.0)
    assert float(reached) == pytest.approx(outside / people_out, abs=1e-12)


@given(counts, people)
def test_one_more_practitioner_never_lowers_a_density_nor_its_bounds(count: int, heads: int) -> None:
    assert density(count + 1, heads, 1000) > density(count, heads, 1000)
    assert all(np.diff(bound)[0] > 0 for bound in poisson_interval([count, count + 1]))


@given(st.lists(st.tuples(counts, people), min_size=2, max_size=6))
def test_merged_territories_have_the_mean_density_of_their_parts_weighted_by_people(
    parts: list[tuple[int, int]],
) -> None:
    heads, living = (np.array(column, dtype=np.float64) for column in zip(*parts, strict=True))
    merged = density(heads.sum(), living.sum(), 1000)
    assert float(merged) == pytest.approx(float(np.average(density(heads, living, 1000), weights=living)))
