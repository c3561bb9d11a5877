"""Needs as ranks, thirds and priorities; what always holds of them."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.indicators import needs, verdict
from app.indicators.needs import COMPONENTS, WEIGHTS, bounds, need_score, placed, priority, ranked, thirds
from app.indicators.verdict import Contrast, contrast_sentence, established

Floats = NDArray[np.float64]
towns = st.lists(
    st.tuples(st.integers(0, 50).map(float), st.integers(1, 4000).map(float)), min_size=1, max_size=15
).map(lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True)))


@pytest.mark.parametrize("module", [needs, verdict])
def test_the_examples_of_the_modules_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@given(towns)
def test_a_rank_is_the_share_of_people_below_with_half_of_the_equal_ones(town: tuple[Floats, Floats]) -> None:
    values, people = town
    below = [
        100 * (people[values < one].sum() + people[values == one].sum() / 2) / people.sum() for one in values
    ]
    assert placed(values, people).tolist() == pytest.approx(below)


@given(towns)
def test_ranks_turn_over_when_values_do_and_their_mean_is_the_middle(town: tuple[Floats, Floats]) -> None:
    values, people = town
    ranks = placed(values, people)
    assert placed(-values, people).tolist() == pytest.approx((100 - ranks).tolist())
    assert float(np.average(ranks, weights=people)) == pytest.approx(50)


def test_an_unknown_value_has_no_rank_and_moves_none() -> None:
    known = placed([1.0, 2.0, 3.0], [10.0, 20.0, 30.0]).tolist()
    holed = placed([1.0, np.nan, 2.0, 3.0], [10.0, 500.0, 20.0, 30.0]).tolist()
    assert [holed[0], *holed[2:]] == known
    assert np.isnan(holed[1])


def test_more_of_one_component_never_lowers_a_need() -> None:
    people = np.array([100.0, 200.0, 300.0])
    ranks = {name: placed([0.1, 0.2, 0.3], people) for name in COMPONENTS}
    before = need_score(ranks, WEIGHTS)
    poorer = ranks | {"poverty": placed([0.5, 0.2, 0.3], people)}
    assert need_score(poorer, WEIGHTS)[0] > before[0]


def test_a_component_that_weighs_nothing_need_not_be_known() -> None:
    ranks = {"poverty": np.array([40.0]), "alone": np.array([np.nan])}
    assert need_score(ranks, {"poverty": 2.0, "alone": 0.0}).tolist() == [40]
    assert np.isnan(need_score(ranks, {"poverty": 2.0, "alone": 1.0}))


@given(towns)
def test_thirds_follow_the_values_and_their_bounds_part_them(town: tuple[Floats, Floats]) -> None:
    values, people = town
    third = thirds(placed(values, people))
    first, second = bounds(values, third)
    for value, one in zip(values.tolist(), third.tolist(), strict=True):
        if one == 1:
            assert value <= first
        if one == 2:
            assert value <= second
            assert not value <= first
        if one == 3:
            assert [value <= first, value <= second] == [False, False]


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 1))
def test_priority_lies_between_need_and_the_lack_of_supply(need: float, supply: float, weight: float) -> None:
    found = float(priority(need, supply, weight))
    low, high = sorted((need, 100 - supply))
    assert low - 1e-9 <= found <= high + 1e-9


def test_equal_priorities_share_their_rank() -> None:
    assert ranked([5.0, 9.0, 5.0, np.nan, 1.0]) == [2, 1, 2, None, 4]


def test_a_bound_that_is_not_there_is_no_bound() -> None:
    assert established([1.2, 0.8], [np.nan, np.nan], 1.0) == ["higher", "not_established"]
    assert established([np.nan, 0.2], [3.0, 0.9], [1.0, np.nan]) == ["unknown", "unknown"]


def test_a_difference_is_said_in_words_only_when_it_is_established() -> None:
    found = Contrast(3.0, 12.0, 0.25, 0.1, 0.6)
    said = [
        contrast_sentence(one, "sages-femmes", "pour 10 000 femmes", "le reste de la commune", found)
        for one in ("higher", "lower", "not_established")
    ]
    assert said[0].startswith("Plus de sages-femmes que dans le reste de la commune : 3,0 ici et 12 ailleurs")
    assert said[1].startswith("Moins de sages-femmes que dans le reste de la commune : ")
    assert said[2].startswith(
        "Pas de différence établie avec le reste de la commune pour les sages-femmes : "
    )
    assert all(one.endswith("(rapport de 0,25, entre 0,10 et 0,60 avec 95 % de confiance).") for one in said)
