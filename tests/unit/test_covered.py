"""Who has care within reach, on arrays: the worked example of METHODS 7, and what is not known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from app.indicators.access import CellTimes
from app.indicators.cells import Cells
from app.indicators.coverage import coverage, nearest_outside, sites_within, uncovered_people
from app.indicators.weighting import Pieces

MINUTES = np.array([[4, 8, 18, 30], [12, 3, 9, 14], [22, 17, 6, 11]])  # 3 sites, 4 cells
PEOPLE = np.array([1000.0, 2000.0, 1500.0, 500.0])
WHOLE = Pieces(np.zeros(4, dtype=int), np.arange(4), PEOPLE, 1)


def cells(households: np.ndarray | None = None) -> Cells:
    count = np.full(4, 200.0) if households is None else households
    return Cells(
        id=np.arange(4, dtype=np.int32),
        people=PEOPLE,
        ages=PEOPLE[:, None] * np.full(10, 0.1),
        households=count,
        poor_households=count / 10,
        imputed=np.zeros(4, dtype=np.bool_),
    )


def times(minutes: np.ndarray = MINUTES, off: tuple[int, ...] = ()) -> CellTimes:
    on_network = np.ones(minutes.shape[1], dtype=bool)
    on_network[list(off)] = False
    return CellTimes(csr_array((minutes * 60).astype(np.int16)), on_network)


def covered(minutes: int, k: int = 1, pieces: Pieces = WHOLE, off: tuple[int, ...] = (), known=None):
    found = times(off=off)
    return coverage(sites_within(found, minutes), found.on_network, known or cells(), pieces, k)


def test_nine_tenths_of_the_worked_example_are_within_ten_minutes():
    found = covered(10)
    assert found.covered.people / found.known == pytest.approx([0.9])
    assert found.uncovered.people.tolist() == [500]
    assert found.uncovered.ages[0].tolist() == pytest.approx([50] * 10)


def test_covered_by_two_or_more_counts_cells_that_reach_two_sites():
    assert sites_within(times(), 10).tolist() == [1, 2, 2, 0]
    assert covered(10, k=2).covered_k.tolist() == [3500]
    assert covered(10, k=3).covered_k.tolist() == [0]


def test_the_limit_itself_is_within():
    assert sites_within(times(), 11).tolist() == [1, 2, 2, 1]


def test_people_near_no_street_are_neither_covered_nor_not():
    found = covered(10, off=(3,))
    assert (found.known.tolist(), found.uncovered.people.tolist()) == ([4500], [0])
    assert uncovered_people(sites_within(times(), 10), times(off=(3,)), WHOLE).tolist() == [0, 0, 0, 0]


def test_an_unknown_age_is_unknown_for_its_group_only():
    some = cells()
    some.ages[3] = np.nan
    found = covered(10, known=some)
    assert np.isnan(found.uncovered.ages).all()
    assert found.covered.ages.sum() == pytest.approx(4500)


def test_poverty_of_a_few_households_is_told_of_neither_group():
    found = covered(10, known=cells(np.array([200.0, 200, 200, 10])))
    assert np.isnan([found.covered.poor_households, found.uncovered.poor_households]).all()
    found = covered(10, known=cells(np.array([200.0, 200, 200, 11])))
    assert found.covered.poor_households.tolist() == pytest.approx([60])
    assert found.uncovered.poor_households.tolist() == [0]


def test_a_minute_more_never_tells_the_poverty_of_the_square_that_it_takes_in():
    told = [covered(minutes).covered.poor_households[0] for minutes in range(2, 15)]
    assert all(value % 10 == 0 for value in told if not np.isnan(value))


def test_a_cell_on_a_border_gives_each_side_its_part():
    pieces = Pieces(np.array([0, 1, 1]), np.array([3, 3, 0]), np.array([200.0, 300, 1000]), 2)
    found = covered(10, pieces=pieces)
    assert found.uncovered.people.tolist() == [200, 300]
    assert found.uncovered.ages[:, 0].tolist() == pytest.approx([20, 30])
    assert found.covered.people.tolist() == [0, 1000]


def test_the_nearest_outside_leaves_out_the_sites_inside():
    pieces = Pieces(np.array([0, 0, 1]), np.array([0, 1, 3]), np.array([1000.0, 2000, 500]), 2)
    inside = np.array([[True, False], [False, False], [False, True]])
    found = nearest_outside(times(), pieces, inside)
    assert found.site.tolist() == [1, 1]
    assert found.minutes.tolist() == [3, 14]
    assert found.mean.tolist() == pytest.approx([(12 * 1000 + 3 * 2000) / 3000, 14])


def test_no_site_outside_within_the_limit_is_unknown():
    found = nearest_outside(times(), WHOLE, np.ones((3, 1), dtype=bool))
    assert found.site.tolist() == [-1]
    assert np.isnan([found.minutes, found.mean]).all()


@given(
    st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=1, max_size=6),
    st.integers(1, 30),
    st.integers(1, 4),
    st.randoms(use_true_random=False),
)
def test_counts_add_up_nest_and_do_not_depend_on_the_order_of_sites(rows, minutes, k, chance):
    found = times(np.array(rows))
    shuffled = list(rows)
    chance.shuffle(shuffled)
    reached = sites_within(found, minutes)
    assert reached.tolist() == sites_within(times(np.array(shuffled)), minutes).tolist()
    now = coverage(reached, found.on_network, cells(), WHOLE, k)
    later = coverage(sites_within(found, minutes + 1), found.on_network, cells(), WHOLE, k)
    assert now.known.tolist() == [PEOPLE.sum()]
    assert now.covered_k[0] <= now.covered.people[0] <= later.covered.people[0]
    missing = uncovered_people(reached, found, WHOLE)
    assert missing.sum() == pytest.approx(now.uncovered.people[0])
