"""Departures to come: binomials worked out exactly, and classes too wide to tell of anybody."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from app.indicators.projection import (
    QUANTILES,
    AgeClass,
    Scenario,
    project,
    share_leaving,
    widened,
)

CLASSES = ((20, 34), (35, 44), (45, 54), (55, 59), (60, 64), (65, 100))
COUNTS = st.lists(st.integers(0, 14), min_size=6, max_size=6)


def known(counts: list[int]) -> list[AgeClass]:
    return [AgeClass(*ages, heads, "known") for ages, heads in zip(CLASSES, counts, strict=True)]


def test_one_class_worked_out_by_hand() -> None:
    # Ten people of 60 to 64: two ages in five have reached 65 after two years.
    years = project([AgeClass(60, 64, 10, "known")], Scenario(65, 0.0), 5)
    assert years[2].departures == pytest.approx(4.0)
    assert (years[2].departures_low, years[2].departures_high) == (
        binom.ppf(0.025, 10, 0.4),
        binom.ppf(0.975, 10, 0.4),
    )
    assert years[0].fan == (10,) * len(QUANTILES)
    assert (years[5].departures, years[5].departures_low, years[5].remaining) == (10.0, 10, 0.0)


def test_replacing_a_part_thins_the_losses() -> None:
    year = project([AgeClass(60, 64, 10, "known")], Scenario(65, 0.5), 2)[2]
    assert year.departures == pytest.approx(4.0)
    assert year.remaining == pytest.approx(8.0)
    assert year.fan == tuple(10 - int(binom.ppf(1 - edge, 10, 0.2)) for edge in QUANTILES)


def test_two_classes_are_a_convolution_that_a_simulation_confirms() -> None:
    rng = np.random.default_rng(3)
    drawn = rng.binomial(25, 0.4, 200_000) + rng.binomial(12, 0.9, 200_000)
    classes = [AgeClass(55, 64, 25, "known"), AgeClass(65, 100, 12, "known")]
    year = project(classes, Scenario(67, 0.0), 6)[6]
    assert share_leaving(55, 64, 67, 6) == pytest.approx(0.4)
    drawn = rng.binomial(25, 0.4, 200_000) + 12
    low, high = np.quantile(drawn, [0.025, 0.975], method="inverted_cdf")
    assert (year.departures_low, year.departures_high) == (low, high)


@given(COUNTS, st.floats(0, 1))
def test_leaving_later_never_takes_more_and_replacing_never_leaves_fewer(
    counts: list[int], replaced: float
) -> None:
    early, late = (project(known(counts), Scenario(age, replaced), 8) for age in (62, 67))
    for sooner, later in zip(early, late, strict=True):
        assert sooner.departures >= later.departures - 1e-9
        assert list(sooner.fan) == sorted(sooner.fan)
        assert 0 <= sooner.departures_low <= sooner.departures_high <= sum(counts)
    alone = project(known(counts), Scenario(62, 0.0), 8)[-1]
    assert alone.remaining <= early[-1].remaining + 1e-9
    everybody = project(known(counts), Scenario(62, 1.0), 8)[-1]
    assert (everybody.remaining, set(everybody.fan)) == (sum(counts), {sum(counts)})


def test_nobody_is_a_projection_of_nobody() -> None:
    year = project([AgeClass(20, 100, 0, "known")], Scenario(), 3)[3]
    assert (year.departures, year.departures_high, year.fan) == (0.0, 0, (0,) * len(QUANTILES))


def test_an_unknown_class_is_left_out() -> None:
    classes = [AgeClass(55, 64, 20, "known"), AgeClass(65, 100, None, "unknown")]
    assert project(classes, Scenario(67, 0.0), 1)[1].departures == 0.0


@given(COUNTS, COUNTS)
def test_no_class_that_is_shown_is_about_a_few_here_nor_in_the_rest_of_a_larger_place(
    own: list[int], elsewhere: list[int]
) -> None:
    shown = widened(CLASSES, own, [elsewhere])
    assert (shown[0].first, shown[-1].last) == (20, 100)
    for one in shown:
        inside = [rank for rank, ages in enumerate(CLASSES) if one.first <= ages[0] <= one.last]
        here = sum(own[rank] for rank in inside)
        rest = sum(elsewhere[rank] for rank in inside)
        if one.status == "known":
            assert one.headcount == here
            assert not 0 < here < 5
            assert not 0 < rest < 5
    if shown[0].status == "known":
        assert sum(one.headcount or 0 for one in shown) == sum(own)


@given(COUNTS, COUNTS)
def test_subtracting_the_commune_from_its_departement_isolates_nobody(
    city: list[int], around: list[int]
) -> None:
    """The attack: classes that both tables show with the same bounds are subtracted."""
    whole = [one + other for one, other in zip(city, around, strict=True)]
    of_city, of_whole = widened(CLASSES, city, [around]), widened(CLASSES, whole, [around])
    edges = {one.first for one in of_city} & {one.first for one in of_whole} | {101}
    cuts = sorted(edges)
    for first, following in pairwise(cuts):
        parts = [[one for one in table if first <= one.first < following] for table in (of_city, of_whole)]
        if all(one.headcount is not None for part in parts for one in part):
            here, there = (sum(one.headcount or 0 for one in part) for part in parts)
            assert not 0 < there - here < 5


def test_a_secret_class_of_the_producer_stays_unknown_and_the_others_close_without_it() -> None:
    shown = widened(CLASSES, [3, 9, np.nan, 2, 2, 7])
    assert [(one.first, one.last, one.headcount, one.status) for one in shown] == [
        (20, 44, 12, "known"),
        (45, 54, None, "unknown"),
        (55, 100, 11, "known"),
    ]
