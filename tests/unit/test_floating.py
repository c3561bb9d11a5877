"""From kept times to the accessibility of cells and territories: the worked example of METHODS 7, and NaN."""

from typing import get_args

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.sparse import csr_array

from app.errors import ParameterError
from app.indicators.accessibility import PRESETS
from app.indicators.asked_preset import DecayName, PresetName, asked_preset
from app.indicators.cells import Cells
from app.indicators.decay import DECAYS, Exponential, Kernel, Linear, Step
from app.indicators.demand import COARSE
from app.indicators.floating import Scores, means, score
from app.indicators.supply_sites import Supply
from app.indicators.weighting import Pieces
from app.travel.times import TravelTimes

nan = np.nan
PEOPLE = np.array([1000.0, 2000, 1500, 500])
MINUTES = np.array([[4, 12, 22], [8, 3, 17], [18, 9, 6], [30, 14, 11]])
SITES = np.array([3, 5, 8], dtype=np.int32)
SUPPLY = Supply(SITES, np.array([3.0, 1, 2]), elsewhere=0.0, acts=np.full(3, np.nan))
ONE = Pieces(np.zeros(4, dtype=np.intp), np.arange(4), PEOPLE, 1)


def cells(people: np.ndarray = PEOPLE, ages: np.ndarray | None = None) -> Cells:
    unknown = np.full(len(people), nan)
    ids = np.arange(10, 10 + len(people), dtype=np.int32)
    shown = np.full((len(people), 10), nan) if ages is None else ages
    return Cells(ids, people, shown, unknown, unknown, np.zeros(len(people), dtype=np.bool_))


def kept_times(minutes: np.ndarray = MINUTES, *, off: tuple[int, ...] = (), first: int = 10) -> TravelTimes:
    """Return times as the store keeps them, of cells numbered from ``first``."""
    seconds = csr_array((minutes.T * 60).astype(np.int16))
    snap = np.zeros(len(minutes), dtype=np.float32)
    snap[list(off)] = nan
    return TravelTimes(
        graph_id=1,
        mode="car",
        limit_s=1800,
        level="carreau",
        sites=SITES,
        territories=np.arange(first, first + len(minutes), dtype=np.int32),
        seconds=seconds,
        site_snap_m=np.zeros(3, dtype=np.float32),
        origin_snap_m=snap,
    )


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("2sfca", [120, 120, 120, 120]),
        ("e2sfca", [100.5490, 134.5292, 129.9981, 70.7910]),
        ("kd2sfca", [131.9057, 119.2820, 132.9401, 60.2404]),
        ("3sfca", [190.8183, 96.4830, 121.2955, 68.5450]),
        ("m2sfca", [76.4715, 52.6018, 47.3491, 13.6390]),
    ],
)
def test_the_worked_example_comes_out_of_kept_times(slug: PresetName, expected: list[float]) -> None:
    found = score(asked_preset(slug, "car"), kept_times(), SUPPLY, cells(), PEOPLE)
    assert_allclose(found.value, expected, atol=5e-5)
    if slug != "m2sfca":
        mean = means(found, ONE, PEOPLE).value
        assert_allclose(mean * PEOPLE.sum() / 100_000, [SUPPLY.amount.sum()])


def test_the_apl_counts_consultations_and_its_example_per_person() -> None:
    found = score(asked_preset("apl", "car"), kept_times(), SUPPLY, cells(), PEOPLE)
    assert_allclose(found.value / 5400 * 100_000, [102.8330, 131.3654, 142.9484, 40.0274], atol=5e-5)


def test_old_people_ask_for_more_and_leave_less_to_everybody() -> None:
    old = np.zeros((4, 10))
    old[:, 9] = 1
    young = score(asked_preset("apl", "car"), kept_times(), SUPPLY, cells(), PEOPLE)
    aged = score(asked_preset("apl", "car"), kept_times(), SUPPLY, cells(ages=old), PEOPLE)
    assert_allclose(aged.value, young.value / COARSE.weights[-1])
    heads = asked_preset("apl", "car", standardised=False)
    assert_allclose(score(heads, kept_times(), SUPPLY, cells(ages=old), PEOPLE).value, young.value)


def test_a_cell_off_the_network_is_unknown_and_its_people_are_a_share() -> None:
    minutes = MINUTES.copy()
    minutes[3] = 0  # nothing stored
    found = score(asked_preset("e2sfca", "car"), kept_times(minutes, off=(3,)), SUPPLY, cells(), PEOPLE)
    assert np.isnan(found.value).tolist() == [False, False, False, True]
    told = means(found, ONE, PEOPLE, (1e9,))
    assert told.off_network.tolist() == [0.1]
    assert told.at_most.tolist() == [[1.0]], "of those whose value is known"


def test_a_cell_that_reaches_nothing_in_time_has_zero() -> None:
    minutes = MINUTES.copy()
    minutes[3] = 0
    found = score(asked_preset("2sfca", "car"), kept_times(minutes), SUPPLY, cells(), PEOPLE)
    assert found.value[3] == 0


def test_a_site_that_nobody_reaches_is_counted() -> None:
    minutes = MINUTES.copy()
    minutes[:, 2] = 0
    found = score(asked_preset("2sfca", "car"), kept_times(minutes), SUPPLY, cells(), PEOPLE)
    assert (found.unserving_sites, found.unserving) == (1, 2.0)


def test_times_of_cells_that_have_nobody_any_more_are_left_out() -> None:
    """Times know the squares 9 to 13, of which 9 has no published inhabitant."""
    minutes = np.vstack([[1, 1, 1], MINUTES])
    found = score(asked_preset("e2sfca", "car"), kept_times(minutes, first=9), SUPPLY, cells(), PEOPLE)
    assert_allclose(found.value, [100.5490, 134.5292, 129.9981, 70.7910], atol=5e-5)


def test_a_cell_whose_times_were_never_searched_is_unknown() -> None:
    found = score(asked_preset("e2sfca", "car"), kept_times(MINUTES[:3]), SUPPLY, cells(), PEOPLE)
    assert np.isnan(found.value[3])
    assert found.off_network.tolist() == [False, False, False, True]


def test_territories_are_weighted_by_demand_and_shares_by_heads() -> None:
    scores = Scores(
        value=np.array([1.0, 3.0]),
        off_network=np.array([False, False]),
        heads=np.array([100.0, 100.0]),
        demand=np.array([100.0, 300.0]),
        unserving_sites=0,
        unserving=0.0,
    )
    two = Pieces(np.array([0, 0]), np.array([0, 1]), np.array([200.0, 200.0]), 2)
    told = means(scores, two, np.array([200.0, 200.0]), (2.5, 4.0))
    assert told.value[0] == 2.5
    assert told.at_most[0].tolist() == [0.5, 1.0]
    assert np.isnan([told.value[1], told.off_network[1], *told.at_most[1]]).all(), "a territory without cell"


def test_every_preset_and_decay_can_be_asked_for_by_name() -> None:
    assert set(get_args(PresetName)) == set(PRESETS)
    assert set(get_args(DecayName)) == set(DECAYS)


def test_a_number_of_the_preset_is_changed_alone() -> None:
    assert asked_preset("apl", "car", numbers={"minutes": (5.0, 10.0, 15.0)}).decay == Step(
        (5, 10, 15), (1, 0.3, 0.1)
    )
    assert asked_preset("kd2sfca", "walk", numbers={"cutoff": 10.0}).decay == Kernel(10)
    assert asked_preset("3sfca", "bike", numbers={"cutoff": 20.0}).decay == Exponential(0.12, 20)


def test_another_decay_takes_its_own_numbers() -> None:
    changed = asked_preset("2sfca", "walk", decay="linear", numbers={"cutoff": 15.0, "width": 10.0})
    assert changed.decay == Linear(15, 10)


@pytest.mark.parametrize(
    ("slug", "asked", "parameter"),
    [
        ("e2sfca", {}, "preset"),
        ("3sfca", {"numbers": {"cutoff": 25.0}}, "cutoff"),
        ("apl", {"numbers": {"minutes": (10.0, 20.0, 30.0)}}, "minutes"),
        ("apl", {"numbers": {"minutes": (10.0, 20.0)}}, "weights"),
        ("apl", {"numbers": {"rate": 1.0}}, "rate"),
        ("apl", {"decay": "gaussian", "numbers": {"spread": 9.0}}, "cutoff"),
    ],
)
def test_numbers_that_do_not_fit_are_refused_by_name(
    slug: PresetName, asked: dict[str, object], parameter: str
) -> None:
    with pytest.raises(ParameterError) as refused:
        asked_preset(slug, "bike", **asked)  # type: ignore[arg-type]
    assert refused.value.parameter == parameter


def test_a_preset_too_long_for_the_mode_says_which_modes_go_far_enough() -> None:
    with pytest.raises(ParameterError, match=r"à vélo.* que jusqu'à 20 minutes") as refused:
        asked_preset("e2sfca", "bike")
    assert "à pied, en voiture" in refused.value.hint
