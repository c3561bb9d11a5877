"""Time to the nearest practices, on arrays: the worked example of METHODS 7 and what is never invented."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from app.indicators.access import CellTimes, access, at_cells, minutes_to_nearest, nth_nearest, worst_served
from app.indicators.cells import Cells, Split
from app.indicators.weighting import Pieces
from app.travel.times import TravelTimes

MINUTES = np.array([[4, 8, 18, 30], [12, 3, 9, 14], [22, 17, 6, 11]])  # 3 sites, 4 cells
PEOPLE = np.array([1000.0, 2000.0, 1500.0, 500.0])


def cells_of(people: np.ndarray, first: int = 1) -> Cells:
    count = len(people)
    unknown = np.full(count, np.nan)
    return Cells(
        id=np.arange(first, first + count, dtype=np.int32),
        people=people,
        ages=np.full((count, 10), np.nan),
        households=unknown,
        poor_households=unknown,
        imputed=np.zeros(count, dtype=np.bool_),
    )


def whole(people: np.ndarray) -> Pieces:
    return Pieces(np.zeros(len(people), dtype=int), np.arange(len(people)), people, 1)


def times(minutes: np.ndarray, off: tuple[int, ...] = ()) -> CellTimes:
    on_network = np.ones(minutes.shape[1], dtype=bool)
    on_network[list(off)] = False
    return CellTimes(csr_array((minutes * 60).astype(np.int16)), on_network)


def test_the_worked_example_has_its_nearest_times_mean_and_share():
    found = minutes_to_nearest(times(MINUTES), 1)
    assert found.tolist() == [4, 3, 6, 11]
    told = access(found, whole(PEOPLE))
    assert told.mean.tolist() == pytest.approx([4.9])
    assert told.median.tolist() == [4]
    assert (told.within[0] / told.known[0]).tolist() == pytest.approx([0.6, 0.9, 1, 1, 1])
    assert told.beyond.tolist() == [0]


def test_the_second_nearest_is_the_second_smallest_time():
    assert nth_nearest(times(MINUTES).seconds, 2).tolist() == [720, 480, 540, 840]
    assert nth_nearest(times(MINUTES).seconds, 3).tolist() == [1320, 1020, 1080, 1800]


def test_the_order_of_sites_changes_nothing():
    for rank in (1, 2, 3):
        one, other = (nth_nearest(times(each).seconds, rank) for each in (MINUTES, MINUTES[::-1]))
        assert one.tolist() == other.tolist()


def test_beyond_the_limit_is_counted_and_is_neither_zero_nor_in_the_mean():
    far = MINUTES.copy()
    far[:, 1] = 0  # absent of the sparse array: nothing within the limit
    found = minutes_to_nearest(times(far), 1)
    assert found.tolist() == [4, np.inf, 6, 11]
    told = access(found, whole(PEOPLE))
    assert told.beyond.tolist() == [2000]
    assert told.known.tolist() == [5000]
    assert told.mean[0] == pytest.approx((4 * 1000 + 6 * 1500 + 11 * 500) / 3000)
    assert told.within[0].tolist() == [1000, 2500, 3000, 3000, 3000]


def test_a_median_beyond_the_limit_is_told_as_such():
    far = MINUTES.copy()
    far[:, [1, 2]] = 0
    assert access(minutes_to_nearest(times(far), 1), whole(PEOPLE)).median.tolist() == [np.inf]


def test_people_near_no_street_are_unknown_not_far():
    told = access(minutes_to_nearest(times(MINUTES, off=(3,)), 1), whole(PEOPLE))
    assert told.known.tolist() == [4500]
    assert told.beyond.tolist() == [0]
    assert told.mean[0] == pytest.approx((4 * 1000 + 3 * 2000 + 6 * 1500) / 4500)


def test_a_territory_without_people_is_unknown():
    told = access(minutes_to_nearest(times(MINUTES), 1), Pieces(*np.zeros((2, 0), int), np.zeros(0), 1))
    assert np.isnan([told.mean[0], told.median[0]]).all()
    assert told.known.tolist() == [0]


def test_a_profession_that_practises_nowhere_leaves_everybody_beyond():
    told = access(minutes_to_nearest(times(np.zeros((0, 4))), 1), whole(PEOPLE))
    assert told.beyond.tolist() == [5000]
    assert np.isnan(told.mean[0])


def test_the_worst_served_are_beyond_first_then_the_farthest_then_the_most_inhabited():
    cells = cells_of(np.array([10.0, 20.0, 30.0, 40.0, 50.0]))
    minutes = np.array([5.0, np.inf, 9.0, 9.0, np.nan])
    assert worst_served(minutes, cells, whole(cells.people), 3).tolist() == [1, 3, 2]
    elsewhere = Pieces(np.array([0]), np.array([0]), np.array([10.0]), 1)
    assert worst_served(minutes, cells, elsewhere, 3).tolist() == [0]


def test_kept_times_are_matched_to_cells_by_their_territory():
    kept = TravelTimes(
        graph_id=1,
        mode="walk",
        limit_s=1800,
        level="carreau",
        sites=np.array([7], dtype=np.int32),
        territories=np.array([2, 3, 5], dtype=np.int32),
        seconds=csr_array(np.array([[60, 120, 300]], dtype=np.int16)),
        site_snap_m=np.zeros(1, dtype=np.float32),
        origin_snap_m=np.array([0, 0, np.nan], dtype=np.float32),
    )
    found = at_cells(kept, cells_of(np.array([1.0, 1.0, 1.0, 1.0, 1.0]), first=1))
    assert found.seconds.toarray().tolist() == [[0, 60, 120, 0, 300]]
    assert found.on_network.tolist() == [False, True, True, False, False]


def test_the_pieces_of_some_territories_follow_the_order_asked():
    pieces = Pieces(np.array([0, 1, 1, 2]), np.array([0, 0, 1, 2]), np.array([1.0, 2.0, 3.0, 4.0]), 3)
    split = Split(np.array([10, 20, 30], dtype=np.int32), pieces)
    asked = split.only(np.array([30, 99, 20]))
    assert asked.territories == 3
    assert sorted(zip(asked.territory.tolist(), asked.cell.tolist(), asked.people.tolist(), strict=True)) == [
        (0, 2, 4.0), (2, 0, 2.0), (2, 1, 3.0)
    ]  # fmt: skip
    assert len(split.only(np.zeros(0, dtype=np.int32)).cell) == 0
