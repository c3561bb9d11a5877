"""Floating catchments: the worked example of METHODS 7, and what is 0, unknown or refused."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from app.errors import ParameterError
from app.indicators.accessibility import PRESETS, accessibility
from app.indicators.catchment import Times, catchment, times_of
from app.indicators.decay import Exponential, Gaussian, Step

PEOPLE = [1000, 2000, 1500, 500]
SUPPLY = [3, 1, 2]
MINUTES = np.array([[4, 12, 22], [8, 3, 17], [18, 9, 6], [30, 14, 11]])


def dense(minutes: np.ndarray, limit: int = 1800) -> Times:
    """Times of a full table (cells, sites) of minutes, NaN where there is no pair."""
    reached = [np.flatnonzero(~np.isnan(column)) for column in minutes.T.astype(float)]
    seconds = [(column[rows] * 60).astype(np.int16) for column, rows in zip(minutes.T, reached, strict=True)]
    return times_of(reached, seconds, np.arange(len(minutes)), limit)


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("2sfca", [120, 120, 120, 120]),
        ("apl", [102.8330, 131.3654, 142.9484, 40.0274]),
        ("e2sfca", [100.5490, 134.5292, 129.9981, 70.7910]),
        ("kd2sfca", [131.9057, 119.2820, 132.9401, 60.2404]),
        ("3sfca", [190.8183, 96.4830, 121.2955, 68.5450]),
        ("m2sfca", [76.4715, 52.6018, 47.3491, 13.6390]),
    ],
)
def test_the_worked_values_of_the_methods_come_out_of_each_preset(slug: str, expected: list[float]) -> None:
    preset = replace(PRESETS[slug], per=100_000)
    found = accessibility(preset, dense(MINUTES), SUPPLY, PEOPLE)
    assert_allclose(found.accessibility, expected, atol=5e-5)


@pytest.mark.parametrize(
    ("decay", "expected"),
    [
        (Exponential(0.12, 30), [140.6908, 126.0854, 118.6719, 58.2610]),
        (Gaussian(180, 30), [126.7775, 129.7962, 121.5007, 62.7578]),
    ],
)
def test_the_worked_values_of_other_decays_come_out(decay, expected: list[float]) -> None:
    found = catchment(dense(MINUTES), SUPPLY, PEOPLE, decay)
    assert_allclose(found.accessibility * 1e5, expected, atol=5e-5)


def test_a_site_s_ratio_is_its_supply_over_the_weighted_people_in_reach() -> None:
    found = catchment(dense(MINUTES), SUPPLY, PEOPLE, Step((10, 15, 20), (1, 0.3, 0.1)))
    assert_allclose(found.ratio, [3 / 3150, 1 / (300 + 2000 + 1500 + 150), 2 / (200 + 1500 + 150)])


def test_a_cell_with_no_site_in_time_has_0_and_one_off_the_network_is_unknown() -> None:
    minutes = np.array([[5], [25], [np.nan], [np.nan]])
    linked = np.array([True, True, True, False])
    found = catchment(dense(minutes), [2], [100] * 4, Step((15,)), on_network=linked).accessibility
    assert_allclose(found, [0.02, 0, 0, np.nan])


def test_supply_that_nobody_can_reach_has_no_ratio_and_makes_nobody_rich() -> None:
    minutes = np.array([[5, np.nan], [np.nan, 25]])
    found = catchment(dense(minutes), [2, 7], [100, 100], Step((15,)))
    assert_allclose(found.ratio, [0.02, np.nan])
    assert found.accessibility.tolist() == [0.02, 0]


def test_where_nobody_lives_a_site_without_patients_gives_an_unknown_not_an_infinite_value() -> None:
    minutes = np.array([[5, np.nan], [np.nan, 5], [12, 12]])
    found = catchment(dense(minutes), [2, 7], [100, 0, 0], Step((15,)))
    assert_allclose(found.ratio, [0.02, np.nan])
    assert_allclose(found.accessibility, [0.02, np.nan, np.nan])


def test_nobody_and_nothing_are_answered_too() -> None:
    empty = times_of([], [], np.arange(3), 900)
    assert catchment(empty, [], [1, 2, 3], Step((15,))).accessibility.tolist() == [0, 0, 0]
    nowhere = times_of([np.array([], dtype=int)], [np.array([], dtype=int)], np.array([], dtype=int), 900)
    assert catchment(nowhere, [1], [], Step((15,))).accessibility.shape == (0,)


def test_times_that_stop_short_of_the_decay_are_refused() -> None:
    with pytest.raises(ParameterError) as refused:
        catchment(dense(MINUTES, 1800), SUPPLY, PEOPLE, Exponential(0.12, 45))
    assert refused.value.parameter == "decay"
    assert "jusqu'à 45 minutes" in refused.value.detail
    assert "que jusqu'à 30 minutes" in refused.value.detail


@pytest.mark.parametrize("seconds", [498, 900])
def test_a_decay_as_long_as_the_times_is_taken_to_the_second(seconds: int) -> None:
    times = times_of([np.array([0])], [np.array([seconds])], np.array([0]), seconds)
    assert catchment(times, [1], [10], Step((seconds / 60,))).accessibility.tolist() == [0.1]


@pytest.mark.parametrize(
    ("supply", "demand"),
    [
        ([3, 1], PEOPLE),
        (SUPPLY, PEOPLE[:3]),
        ([3, -1, 2], PEOPLE),
        ([3, np.nan, 2], PEOPLE),
        (SUPPLY, [1000, np.nan, 1500, 500]),
        (SUPPLY, [1000, np.inf, 1500, 500]),
    ],
)
def test_amounts_that_are_unknown_negative_or_too_few_are_refused(supply, demand) -> None:
    with pytest.raises(ValueError, match="must"):
        catchment(dense(MINUTES), supply, demand, Step((15,)))


def test_a_cell_off_the_network_that_is_reached_is_a_contradiction() -> None:
    linked = np.array([True, True, True, False])
    with pytest.raises(ValueError, match="off the network"):
        catchment(dense(MINUTES), SUPPLY, PEOPLE, Step((15,)), on_network=linked)


@pytest.mark.parametrize(
    ("start", "cell", "seconds", "named"),
    [
        ([0, 1], [0, 1], [60, 60], "fit together"),
        ([1, 2], [0, 1], [60, 60], "fit together"),
        ([0, 2], [0, 1], [60], "fit together"),
        ([0, 2, 1, 2], [0, 1], [60, 60], "descend"),
        ([0, 2], [0, 3], [60, 60], "outside"),
        ([0, 2], [-1, 1], [60, 60], "outside"),
        ([0, 2], [0, 1], [60, 901], "limit"),
        ([0, 2], [0, 1], [-1, 60], "limit"),
        ([0, 2], [1, 1], [60, 60], "ascending"),
        ([0, 2], [1, 0], [60, 60], "ascending"),
    ],
)
def test_times_that_are_no_table_are_refused(start, cell, seconds, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Times(np.array(start), np.array(cell), np.array(seconds), 3, 900)


def test_rows_of_the_store_are_read_by_cell_id_in_any_order() -> None:
    ids = np.array([70, 80, 95])
    times = times_of(
        [np.array([95, 70]), np.array([80])], [np.array([30, 60]), np.array([90])], ids, limit=900
    )
    assert times.start.tolist() == [0, 2, 3]
    assert times.cell.tolist() == [0, 2, 1]
    assert times.seconds.tolist() == [60, 30, 90]
    assert (times.sites, times.cells) == (2, 3)


@pytest.mark.parametrize("stranger", [60, 85, 99])
def test_a_reached_cell_that_was_not_loaded_is_refused(stranger: int) -> None:
    with pytest.raises(ValueError, match="not among those given"):
        times_of([np.array([70, stranger])], [np.array([1, 2])], np.array([70, 80, 95]), 900)


def test_a_pair_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="ascending"):
        times_of([np.array([70, 70])], [np.array([1, 2])], np.array([70, 80]), 900)


def test_as_many_times_as_cells_are_needed() -> None:
    with pytest.raises(ValueError, match="as many"):
        times_of([np.array([70, 80])], [np.array([1])], np.array([70, 80]), 900)
