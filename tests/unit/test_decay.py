"""Decay functions: their values, their shape, and the parameters that make no sense."""

import doctest
import importlib
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from app.errors import ParameterError
from app.indicators.decay import (
    DECAYS,
    LONGEST,
    Decay,
    Exponential,
    Gaussian,
    Kernel,
    Linear,
    Logistic,
    Step,
    decay_of,
)

NAMES = ("decay", "catchment", "demand", "weighting", "accessibility")

minutes = st.floats(min_value=0.5, max_value=LONGEST)
decays: st.SearchStrategy[Decay] = st.one_of(
    st.builds(
        lambda limits, weights: Step(
            tuple(sorted(limits)), tuple(sorted(weights[: len(limits)], reverse=True))
        ),
        st.sets(minutes, min_size=1, max_size=4),
        st.lists(st.floats(min_value=0.01, max_value=1), min_size=4, max_size=4),
    ),
    st.builds(
        lambda cutoff, part: Linear(cutoff, 2 * part * min(cutoff, LONGEST - cutoff)),
        st.floats(min_value=1, max_value=119),
        st.floats(min_value=0.01, max_value=1),
    ),
    st.builds(Logistic, minutes, st.floats(min_value=0.01, max_value=60), minutes),
    st.builds(Exponential, st.floats(min_value=0.001, max_value=10), minutes),
    st.builds(Gaussian, st.floats(min_value=0.1, max_value=10_000), minutes),
    st.builds(Kernel, minutes),
)


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    found = doctest.testmod(importlib.import_module(f"app.indicators.{name}"))
    assert found.failed == 0
    assert found.attempted > 0 or name == "catchment"


@given(decays, st.lists(st.floats(min_value=0, max_value=200), min_size=1))
def test_a_weight_lies_between_0_and_1_never_rises_and_ends_at_the_reach(
    decay: Decay, times: list[float]
) -> None:
    ordered = sorted([*times, decay.reach])
    weights = decay(ordered).tolist()
    assert all(0 <= weight <= 1 for weight in weights)
    assert all(later <= earlier + 1e-12 for earlier, later in pairwise(weights))
    assert all(weight == 0 for time, weight in zip(ordered, weights, strict=True) if time > decay.reach)


@given(decays)
def test_someone_at_the_door_has_full_weight(decay: Decay) -> None:
    expected = decay.weights[0] if isinstance(decay, Step) else 1.0
    assert_allclose(decay([0.0]), [expected], rtol=1e-12)


@given(decays)
def test_an_unknown_time_counts_for_nothing(decay: Decay) -> None:
    assert decay([math.nan]).tolist() == [0]


@given(decays)
def test_weights_have_the_shape_of_the_times(decay: Decay) -> None:
    assert decay(np.zeros((2, 3))).shape == (2, 3)


def test_every_function_has_the_name_of_its_class() -> None:
    assert {name: kind.__name__.lower() for name, kind in DECAYS.items()} == {name: name for name in DECAYS}


@pytest.mark.parametrize(
    ("decay", "formula"),
    [
        (Step((10, 15), (1, 0.3)), "w = 1 si t ≤ 10, puis 0,3 si t ≤ 15, 0 au-delà (t en minutes)"),
        (Linear(15, 10), "w = (20 - t) / 10, entre 0 et 1 (t en minutes)"),
        (
            Logistic(15, 5, 30),
            "w = (1 + exp(-15 k)) / (1 + exp((t - 15) k)), k = π / (5 √3), "
            "si t ≤ 30, 0 au-delà (t en minutes)",
        ),
        (Exponential(0.12, 30), "w = exp(-0,12 t) si t ≤ 30, 0 au-delà (t en minutes)"),
        (Gaussian(180, 30), "w = exp(-t² / 180) si t ≤ 30, 0 au-delà (t en minutes)"),
        (
            Kernel(15),
            "w = (exp(-½ (t / 15)²) - exp(-½)) / (1 - exp(-½)) si t ≤ 15, 0 au-delà (t en minutes)",
        ),
    ],
)
def test_a_formula_is_written_with_its_numbers(decay: Decay, formula: str) -> None:
    assert decay.formula == formula


def test_a_decay_is_made_by_its_name_and_parameters() -> None:
    assert decay_of("step", {"minutes": (15,)}) == Step((15,))
    assert decay_of("logistic", {"cutoff": 30, "median": 15, "deviation": 5}) == Logistic(15, 5, 30)


@pytest.mark.parametrize(
    ("name", "parameters", "parameter", "said"),
    [
        ("gravity", {}, "decay", "step, linear, logistic, exponential, gaussian, kernel"),
        ("linear", {"cutoff": 15}, "width", "cutoff, width"),
        ("kernel", {"cutoff": 15, "width": 3}, "width", "Paramètres de « kernel » : cutoff."),
        ("step", {}, "minutes", "minutes, weights"),
        ("exponential", {"rate": 0.12, "cutoff": 0}, "cutoff", "supérieur à 0"),
    ],
)
def test_a_decay_of_another_name_or_other_parameters_is_refused(
    name: str, parameters: dict[str, float], parameter: str, said: str
) -> None:
    with pytest.raises(ParameterError) as refused:
        decay_of(name, parameters)
    assert refused.value.parameter == parameter
    assert said in refused.value.message()


def test_the_formulas_of_the_methods_come_out() -> None:
    times = np.array([0.0, 3, 8, 14.5])
    assert_allclose(Exponential(0.12, 30)(times), np.exp(-0.12 * times))
    assert_allclose(Gaussian(180, 30)(times), np.exp(-(times**2) / 180))
    foot = math.exp(-0.5)
    assert_allclose(Kernel(15)(times), (np.exp(-0.5 * (times / 15) ** 2) - foot) / (1 - foot))
    apl = Step((10, 15, 20), (1, 0.3, 0.1))
    assert apl([0, 10, 10.01, 15, 15.01, 20, 20.01]).tolist() == [1, 1, 0.3, 0.3, 0.1, 0.1, 0]


def test_a_logistic_falls_by_half_at_its_median_and_spreads_with_its_deviation() -> None:
    steep, soft = Logistic(20, 1, 60), Logistic(20, 8, 60)
    assert_allclose(steep([20]), [0.5], atol=1e-9)
    assert steep([15])[0] > soft([15])[0]
    assert steep([25])[0] < soft([25])[0]
    k = math.pi / (8 * math.sqrt(3))
    assert_allclose(soft([33]), [(1 + math.exp(-20 * k)) / (1 + math.exp(13 * k))])


def test_a_weight_too_small_to_share_anything_by_is_none() -> None:
    assert Gaussian(1, 120)([4, 5]).tolist() == [math.exp(-16), 0]
    assert Exponential(1, 120)([20, 21]).tolist() == [math.exp(-20), 0]


@pytest.mark.parametrize(
    ("build", "parameter"),
    [
        (lambda: Step(()), "weights"),
        (lambda: Step((10, 20), (1,)), "weights"),
        (lambda: Step((20, 10), (1, 0.5)), "minutes"),
        (lambda: Step((10, 10), (1, 0.5)), "minutes"),
        (lambda: Step((10, 20), (0.5, 1)), "weights"),
        (lambda: Step((10,), (0,)), "weights"),
        (lambda: Step((10,), (1.5,)), "weights"),
        (lambda: Step((0,)), "minutes"),
        (lambda: Step((121,)), "minutes"),
        (lambda: Step((math.nan,)), "minutes"),
        (lambda: Linear(15, 0), "width"),
        (lambda: Linear(15, 31), "width"),
        (lambda: Linear(119, 3), "width"),
        (lambda: Linear(-1, 3), "cutoff"),
        (lambda: Logistic(0, 5, 30), "median"),
        (lambda: Logistic(15, -5, 30), "deviation"),
        (lambda: Logistic(15, 5, math.inf), "cutoff"),
        (lambda: Exponential(0, 30), "rate"),
        (lambda: Exponential(-0.12, 30), "rate"),
        (lambda: Exponential(0.12, 1000), "cutoff"),
        (lambda: Gaussian(0, 30), "spread"),
        (lambda: Gaussian(180, 0), "cutoff"),
        (lambda: Kernel(0), "cutoff"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused_by_name(build, parameter: str) -> None:
    with pytest.raises(ParameterError) as refused:
        build()
    assert refused.value.parameter == parameter


def test_a_refusal_says_what_is_possible_in_french() -> None:
    with pytest.raises(ParameterError) as refused:
        Exponential(0.12, 150.5)
    assert refused.value.message() == (
        "La valeur 150,5 n'est pas possible pour « cutoff ». "
        "Donnez un nombre supérieur à 0 et d'au plus 120 minutes."
    )
