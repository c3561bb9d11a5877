"""Change over the vintages, on arrays: comings, goings, lengths of stay, and what chance explains."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, binomtest, ecdf, false_discovery_control

from app.indicators.trend import Observed, beyond_chance, chance, change_between, net_change

DAYS = tuple(date(2020 + year, 1, 1) for year in range(6))
WIDTH = 100
PRESENT = st.lists(st.sets(st.integers(0, 8)), min_size=2, max_size=6)


def seen(presences: list[set[int]], group: int = 3) -> tuple[Observed, list[tuple[int, int]]]:
    """Return one group's vintages as observed, and how many came and left at each."""
    observed = Observed(WIDTH)
    moves = []
    for day, people in zip(DAYS, presences, strict=False):
        keys = np.array(sorted(group * WIDTH + one for one in people), dtype=np.int64)
        came, left = observed.see(day, keys)
        moves.append((len(came), len(left)))
    return observed, moves


@given(PRESENT)
def test_a_headcount_always_moves_by_who_came_less_who_left(presences: list[set[int]]) -> None:
    _, moves = seen(presences)
    assert moves[0] == (0, 0)
    for before, after, (came, left) in zip(presences, presences[1:], moves[1:], strict=False):
        assert len(after) - len(before) == net_change([came], [left])[0]
        assert (came, left) == (len(after - before), len(before - after))


@given(PRESENT)
def test_every_stay_is_counted_once(presences: list[set[int]]) -> None:
    observed, moves = seen(presences)
    stays = observed.stays()
    begun = sum(came for came, _ in moves[1:])
    assert int(stays.stays.sum()) == begun
    assert int(stays.begun_before.sum()) == len(presences[0])
    assert int(stays.ongoing.sum()) <= min(begun, len(presences[-1]))


def test_the_median_stay_is_that_of_an_independent_kaplan_meier() -> None:
    # Ten people arrive in 2021; they leave after 1, 1, 2, 3, 3, 3 years, four are still there in 2025.
    leaving = [1, 1, 2, 3, 3, 3, None, None, None, None]
    presences = [
        {who for who, years in enumerate(leaving) if year >= 1 and (years is None or year < 1 + years)}
        for year in range(6)
    ]
    observed, _ = seen(presences)
    stays = observed.stays()
    assert (stays.stays.tolist(), stays.ongoing.tolist()) == ([10], [4])
    ended = [(DAYS[1 + years] - DAYS[1]).days for years in leaving if years is not None]
    lasting = [(DAYS[5] - DAYS[1]).days] * 4
    oracle = ecdf(CensoredData(uncensored=ended, right=lasting)).sf
    expected = oracle.quantiles[np.argmax(oracle.probabilities <= 0.5)]
    assert stays.median_days.tolist() == [expected] == [(DAYS[4] - DAYS[1]).days]


def test_a_median_that_half_of_the_stays_pass_is_unknown() -> None:
    observed, _ = seen([set(), {1, 2, 3, 4, 5}, {1, 2, 3, 4}])
    assert np.isnan(observed.stays().median_days).tolist() == [True]


def test_a_length_of_stay_over_fewer_than_five_is_not_kept() -> None:
    observed, _ = seen([set(), {1, 2, 3, 4}, set()])
    stays = observed.stays()
    assert stays.stays.tolist() == [4]
    assert np.isnan(stays.median_days).all()
    enough, _ = seen([set(), {1, 2, 3, 4, 5}, set()])
    assert enough.stays().median_days.tolist() == [365]


def test_who_comes_back_begins_another_stay() -> None:
    observed, moves = seen([{1}, set(), {1}])
    stays = observed.stays()
    assert moves == [(0, 0), (0, 1), (1, 0)]
    assert (stays.stays.tolist(), stays.begun_before.tolist(), stays.ongoing.tolist()) == ([1], [1], [1])


@given(st.integers(0, 60), st.integers(0, 60))
def test_chance_is_the_exact_two_sided_binomial(entries: int, exits: int) -> None:
    expected = binomtest(entries, entries + exits, 0.5).pvalue if entries + exits else 1.0
    assert chance([entries], [exits])[0] == pytest.approx(expected)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_what_is_beyond_chance_is_what_benjamini_hochberg_rejects(p: list[float]) -> None:
    adjusted = false_discovery_control(p)
    clear = np.abs(adjusted - 0.05) > 1e-9
    assert (beyond_chance(p) == (adjusted <= 0.05))[clear].all()


def test_nothing_compared_is_nothing_told() -> None:
    assert beyond_chance([]).tolist() == []


def test_many_places_that_only_chance_moves_are_not_flagged() -> None:
    rng = np.random.default_rng(11)
    flags = []
    for _ in range(40):
        entries = rng.binomial(20, 0.5, 200)
        flags.append(beyond_chance(chance(entries, 20 - entries)).any())
    assert np.mean(flags) <= 0.05
    uncorrected = chance(entries, 20 - entries) <= 0.05
    assert uncorrected.sum() > 0


def test_a_change_since_a_day_begins_at_the_vintage_in_force() -> None:
    entries, exits = [[0, 2, 5, 1]], [[0, 1, 1, 4]]
    rank, came, left = change_between(DAYS[:4], date(2021, 6, 1), entries, exits)
    assert (rank, came.tolist(), left.tolist()) == (1, [6], [5])
    with pytest.raises(ValueError, match="before"):
        change_between(DAYS[:4], date(2019, 12, 31), entries, exits)
