"""Statistical secrecy: what is about too few is hidden, and an attack cannot give it back."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from app.indicators.entry import Secrecy
from app.indicators.secrecy import FEWEST, hidden_overlapping, hidden_parts, status_of, too_few, withheld

Floats = NDArray[np.float64]
IRIS, QUARTIER, QPV, COMMUNE = range(4)


def bounds(target: Floats, shown: Floats, told: Floats) -> tuple[float, float]:
    """Return what an attacker knows of a combination of pieces: its least and its greatest value.

    The attacker knows every shown figure, that each piece is no less than nothing, and who is where.
    """
    ends = []
    for sign in (1.0, -1.0):
        equations = {"A_eq": shown, "b_eq": told} if len(shown) else {}
        answer = linprog(sign * target, bounds=(0, 1e6), method="highs", **equations)
        assert answer.status == 0
        ends.append(sign * answer.fun)
    return ends[0], ends[1]


def attacked(people: Floats, member: NDArray[np.bool_], hidden: NDArray[np.bool_]) -> list[Floats]:
    """Return every group about too few that the shown figures give back exactly."""
    rows = member.astype(np.float64)
    secret = np.random.default_rng(0).uniform(1, 2, len(people)) * people
    shown = rows[~hidden]
    groups = [row for row, gone in zip(rows, hidden, strict=True) if gone]
    groups += [one - two for one, two in (*combinations(rows, 2), *combinations(rows[::-1], 2))]
    found = []
    for group in groups:
        nested = group.min() >= 0
        if nested and 0 < group @ people < FEWEST["practitioners"]:
            low, high = bounds(group, shown, shown @ secret)
            if high - low < 1e-6:
                found.append(group)
    return found


@st.composite
def cities(draw: st.DrawFn) -> tuple[Floats, NDArray[np.bool_], list[int]]:
    """Draw a commune of IRIS, quartiers made of them, and QPV that cross them; pieces of 0 to 12 people."""
    iris = draw(st.integers(2, 5))
    quartier_of = [draw(st.integers(0, 1)) for _ in range(iris)]
    pieces = [(place, priority) for place in range(iris) for priority in (None, 0, 1)]
    people = np.array([draw(st.integers(0, 12)) for _ in pieces], dtype=np.float64)
    rows, levels = [], []
    for level, number in ((IRIS, iris), (QUARTIER, 2), (QPV, 2), (COMMUNE, 1)):
        for one in range(number):
            belongs = {
                IRIS: lambda piece, one=one: piece[0] == one,
                QUARTIER: lambda piece, one=one: quartier_of[piece[0]] == one,
                QPV: lambda piece, one=one: piece[1] == one,
                COMMUNE: lambda _piece: True,
            }[level]
            rows.append([belongs(piece) for piece in pieces])
            levels.append(level)
    return people, np.array(rows), levels


@settings(max_examples=40, deadline=None)
@given(cities())
def test_no_attack_on_overlapping_levels_gives_a_small_group_back(
    city: tuple[Floats, NDArray[np.bool_], list[int]],
) -> None:
    people, member, levels = city
    hidden = hidden_overlapping(people, member, "practitioners", levels)
    assert attacked(people, member, hidden) == []


def test_hiding_small_figures_alone_would_be_broken_by_the_same_attack() -> None:
    people = np.array([3.0, 9.0, 8.0])
    member = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], dtype=np.bool_)
    primary = too_few(member @ people, "practitioners")
    assert len(attacked(people, member, primary)) > 0
    hidden = hidden_overlapping(people, member, "practitioners")
    assert hidden.tolist() == [True, False, True, False]


def test_a_qpv_and_the_quartier_around_it_that_differ_by_two_people_are_not_both_shown() -> None:
    people = np.array([10.0, 2.0, 30.0])
    member = np.array([[1, 0, 0], [1, 1, 0], [1, 1, 1]], dtype=np.bool_)
    hidden = hidden_overlapping(people, member, "practitioners", [QPV, QUARTIER, COMMUNE])
    assert hidden.tolist() == [True, False, False]


def test_what_is_left_of_a_commune_outside_its_qpv_is_protected_too() -> None:
    people = np.array([10.0, 12.0, 3.0])
    member = np.array([[1, 0, 0], [0, 1, 0], [1, 1, 1]], dtype=np.bool_)
    hidden = hidden_overlapping(people, member, "practitioners", [QPV, QPV, COMMUNE])
    assert hidden.tolist() == [True, False, False]


def test_nothing_is_hidden_where_everything_is_about_enough() -> None:
    member = np.array([[1, 0], [0, 1], [1, 1]], dtype=np.bool_)
    assert not hidden_overlapping([6, 7], member, "practitioners").any()
    assert hidden_overlapping([6, 7], member, "households").tolist() == [True, True, False]
    assert hidden_overlapping([2, 7], member, "households").all()


@given(st.lists(st.integers(0, 15), min_size=1, max_size=8))
def test_the_hidden_parts_of_a_shown_total_are_two_and_about_enough(base: list[int]) -> None:
    hidden, totals = hidden_parts(base, [0] * len(base), "practitioners")
    assume(hidden.any())
    about = np.array(base)
    assert hidden[too_few(about, "practitioners")].all()
    together = about[hidden].sum()
    assert totals[0] or (hidden.sum() >= 2 and together >= FEWEST["practitioners"])


def test_a_group_without_a_small_part_hides_nothing() -> None:
    parts, totals = hidden_parts([6, 0, 9, 2, 4], [0, 0, 0, 1, 1], "practitioners")
    assert parts.tolist() == [False, False, False, True, True]
    assert totals.tolist() == [False, False]


@pytest.mark.parametrize(
    ("secrecy", "base", "hidden"),
    [
        ("none", 1, False),
        ("practitioners", 4, True),
        ("practitioners", 5, False),
        ("households", 10, True),
        ("households", 11, False),
        ("practitioners", 0, False),
    ],
)
def test_each_rule_has_its_own_smallest_number(secrecy: Secrecy, base: int, hidden: bool) -> None:
    assert too_few([base], secrecy).tolist() == [hidden]


def test_a_hidden_value_is_neither_unknown_nor_zero() -> None:
    assert status_of([0.0, 3.0, np.nan], [False, True, False]) == ["known", "suppressed", "unknown"]
    shown = withheld([0.0, 3.0], [False, True])
    assert shown[0] == 0
    assert np.isnan(shown[1])


def test_an_unknown_base_is_unknown_not_suppressed() -> None:
    assert too_few([np.nan], "practitioners").tolist() == [False]
    assert hidden_parts([np.nan, 6], [0, 0], "practitioners")[0].tolist() == [False, False]
