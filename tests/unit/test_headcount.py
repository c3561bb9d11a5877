"""Counting on arrays, against a count written with dictionaries."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.indicators.counts import places_of, retained_of
from app.indicators.headcount import Counts, Places, Retained, ascending, count, shared_weights

Row = tuple[int, int, int]


def column(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def retained(rows: list[Row]) -> Retained:
    return retained_of(*(column([row[i] for row in rows]) for i in range(3)))


def places(held: dict[int, tuple[int, list[int]]]) -> Places:
    sites = sorted(held)
    return Places(
        column(sites),
        column([held[site][0] for site in sites]),
        column([len(held[site][1]) for site in sites]),
        column([number for site in sites for number in held[site][1]]),
    )


def plain(counted: Counts) -> dict[tuple[int, int], tuple[int, float, int, int]]:
    return {
        (int(t), int(p)): (int(h), pytest.approx(float(w)), int(s), int(u))
        for t, p, h, w, s, u in zip(
            counted.territory,
            counted.profession,
            counted.headcount,
            counted.weight,
            counted.sites,
            counted.unlocated,
            strict=True,
        )
    }


def by_hand(rows: list[Row], held: dict[int, tuple[int, list[int]]]) -> dict[tuple[int, int], tuple]:
    times: dict[tuple[int, int], int] = defaultdict(int)
    once = sorted(set(rows))
    for person, _, profession in once:
        times[person, profession] += 1
    people, weight, sites, lost = defaultdict(set), defaultdict(float), defaultdict(set), defaultdict(set)
    for person, site, profession in once:
        located, territories = held.get(site, (0, []))
        for territory in territories:
            group = territory, profession
            people[group].add(person)
            sites[group].add(site)
            weight[group] += 1 / times[person, profession]
            if not located:
                lost[group].add(person)
    return {g: (len(people[g]), weight[g], len(sites[g]), len(lost[g])) for g in people}


def test_a_person_with_two_practices_weighs_half_in_each_place() -> None:
    rows = [(1, 10, 3), (1, 11, 3), (2, 10, 3)]
    held = {10: (1, [100, 900]), 11: (0, [900])}
    assert plain(count(retained(rows), places(held))) == {
        (100, 3): (2, 1.5, 1, 0),
        (900, 3): (2, 2.0, 2, 1),
    }


def test_a_site_that_is_not_placed_counts_nowhere_but_keeps_its_share_of_the_weight() -> None:
    counted = plain(count(retained([(1, 10, 3), (1, 99, 3)]), places({10: (1, [5])})))
    assert counted == {(5, 3): (1, 0.5, 1, 0)}


def test_nothing_retained_counts_nothing() -> None:
    assert plain(count(retained([]), places({10: (1, [5])}))) == {}
    assert plain(count(retained([(1, 10, 3)]), places({}))) == {}


rows_of_supply = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 8), st.integers(1, 4)), min_size=1, max_size=40
)
held_sites = st.dictionaries(
    st.integers(1, 8),
    st.tuples(st.integers(0, 1), st.lists(st.integers(1, 5), unique=True, max_size=4)),
    min_size=1,
    max_size=8,
)


@given(rows_of_supply, held_sites)
def test_counts_equal_those_made_by_hand(rows: list[Row], held: dict[int, tuple[int, list[int]]]) -> None:
    assert plain(count(retained(rows), places(held))) == by_hand(rows, held)


@given(rows_of_supply)
def test_weights_add_up_to_persons(rows: list[Row]) -> None:
    shared = shared_weights(retained(rows))
    assert shared.sum() == pytest.approx(len({(person, profession) for person, _, profession in rows}))


@given(st.lists(st.integers(0, 50)))
def test_ascending_is_a_sorted_set(values: list[int]) -> None:
    assert ascending(column(values)).tolist() == sorted(set(values))


def test_arrays_are_read_as_postgresql_writes_them_in_the_order_of_sites() -> None:
    empty, header = [0, 0, 23], [1, 0, 23]
    two = [*header, 2, 1, 4, 70, 4, 71]
    one = [*header, 1, 1, 4, 80]
    read = places_of(column([9, 4, 6]), column([1, 0, 1]), column([2, 0, 1]), column([*two, *empty, *one]))
    assert read.site.tolist() == [4, 6, 9]
    assert read.located.tolist() == [0, 1, 1]
    assert read.length.tolist() == [0, 1, 2]
    assert read.territory.tolist() == [80, 70, 71]
