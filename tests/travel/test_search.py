"""Bounded times on streets drawn by hand, and against an independent search on streets drawn at random."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.travel.modes import STREET_MODES
from app.travel.network import MAX_SNAP_M, Snapped
from app.travel.search import StreetSearch
from app.travel.streets import EARTH_METRES_A_DEGREE, Streets

SIDE = 8  # junctions along each side of the drawn town
BLOCK_M = 100.0
WALK = BLOCK_M * 3.6 / 5.1
CAR = BLOCK_M * 3.6 / 30.0
JUNCTION = 0.7
LATITUDE = 45.0
METRE = np.array([1 / np.cos(np.radians(LATITUDE)), 1.0]) / EARTH_METRES_A_DEGREE


def degrees(*metres: tuple[float, float]) -> np.ndarray:
    """Return places given in metres from the south-west corner, (n, 2)."""
    return np.array([3.0, LATITUDE]) + (np.array(metres) - BLOCK_M * (SIDE - 1) / 2) * METRE


def town(pairs: list[tuple[int, int]], one_way: frozenset[int] = frozenset()) -> Streets:
    """Return a square town: streets between junctions of a grid; cars only go along those of ``one_way``."""
    corner = [(BLOCK_M * (n % SIDE), BLOCK_M * (n // SIDE)) for n in range(SIDE * SIDE)]
    junctions = degrees(*corner)
    start, end = np.array(pairs).T
    seconds = np.empty((len(STREET_MODES), 2, len(pairs)))
    seconds[:] = np.array([WALK, WALK / 3, CAR])[:, None, None]
    seconds[2, 1, list(one_way)] = np.nan
    return Streets(
        junctions=junctions,
        signal=np.zeros(len(junctions), dtype=bool),
        start=start.astype(np.int32),
        end=end.astype(np.int32),
        length=np.full(len(pairs), BLOCK_M),
        seconds=seconds,
        shape=junctions[np.array(pairs).ravel()],
        offsets=np.arange(0, 2 * len(pairs) + 1, 2),
    )


def grid() -> list[tuple[int, int]]:
    """Return every street of the square town, eastwards and northwards."""
    places = range(SIDE * SIDE)
    east = [(n, n + 1) for n in places if n % SIDE < SIDE - 1]
    return east + [(n, n + SIDE) for n in places if n < SIDE * (SIDE - 1)]


def seconds_between(search: StreetSearch, origin: np.ndarray, place: np.ndarray, limit: int = 3_600) -> int:
    """Return the time from one point to another, 0 when there is none."""
    return int(search.times(search.snap(place), search.snap(origin), limit).toarray()[0, 0])


def test_walking_round_corners_takes_the_length_of_the_streets() -> None:
    search = StreetSearch(town(grid()), "walk")
    assert seconds_between(search, degrees((30, 0)), degrees((250, 300))) == round(5.2 * WALK) == 367
    assert seconds_between(search, degrees((250, 300)), degrees((30, 0))) == 367


def test_two_points_of_one_street_are_reached_along_it() -> None:
    search = StreetSearch(town(grid()), "walk")
    assert seconds_between(search, degrees((20, 0)), degrees((70, 0))) == round(WALK / 2)


def test_being_there_already_takes_a_second_and_not_none() -> None:
    search = StreetSearch(town(grid()), "walk")
    assert seconds_between(search, degrees((40, 0)), degrees((40, 0))) == 1


def test_a_car_follows_one_way_streets_and_somebody_on_foot_does_not() -> None:
    first_street = 0  # from the south-west corner eastwards
    drawn = town(grid(), one_way=frozenset({first_street}))
    car, walk = StreetSearch(drawn, "car"), StreetSearch(drawn, "walk")
    west, east = degrees((20, 0)), degrees((80, 0))
    assert seconds_between(car, west, east) == round(0.6 * CAR)
    # 20 m to the crossing, round the block (three crossings of three streets), 20 m into the street.
    assert seconds_between(car, east, west) == round(3.4 * CAR + 3 * JUNCTION)
    assert seconds_between(walk, east, west) == round(0.6 * WALK)


def test_what_is_beyond_the_limit_is_not_stored() -> None:
    search = StreetSearch(town(grid()), "walk")
    origins = search.snap(degrees((0, 0), (100, 0), (200, 0)))
    found = search.times(search.snap(degrees((0, 0))), origins, round(1.5 * WALK))
    assert found.nnz == 2
    assert found.dtype == np.int16
    assert found.data.min() >= 1


@pytest.mark.parametrize("limit", [0, -60, 40_000])
def test_a_limit_that_does_not_fit_is_refused(limit: int) -> None:
    search = StreetSearch(town(grid()), "walk")
    snapped = search.snap(degrees((0, 0)))
    with pytest.raises(ValueError, match="limit"):
        search.times(snapped, snapped, limit)


def test_a_point_far_from_any_street_has_no_time_and_is_counted() -> None:
    search = StreetSearch(town(grid()), "walk")
    points = search.snap(degrees((0, -MAX_SNAP_M - 1), (0, -MAX_SNAP_M + 1), (0, 0)))
    assert points.found.tolist() == [False, True, True]
    assert np.isnan(points.metres[0])
    assert points.metres[1] == pytest.approx(MAX_SNAP_M - 1, abs=0.1)
    times = search.times(points, points, 600)
    assert (times.toarray() > 0).tolist() == [[False] * 3, [False, True, True], [False, True, True]]


def test_a_piece_of_a_few_streets_that_leads_nowhere_is_passed_over() -> None:
    lane = [(56, 57), (57, 58)]  # on the northern side, cut off from the rest
    rest = [pair for pair in grid() if not set(pair) & {56, 57, 58}]
    search = StreetSearch(town(rest + lane), "walk")
    point = search.snap(degrees((100, 700)))
    assert point.metres[0] == pytest.approx(100, abs=0.1), "the next street that leads somewhere"


def test_nobody_to_search_from_or_to_gives_an_empty_answer() -> None:
    search = StreetSearch(town(grid()), "car")
    nobody = search.snap(np.zeros((0, 2)))
    somebody = search.snap(degrees((0, 0)))
    assert search.times(nobody, somebody, 600).shape == (0, 1)
    assert search.times(somebody, nobody, 600).shape == (1, 0)


def relaxed(drawn: Streets, mode: str, origins: Snapped, places: Snapped) -> np.ndarray:
    """Return (places, origins) seconds by relaxing every street until nothing gets shorter."""
    seconds = drawn.along("car" if mode == "car" else "walk")
    meeting = np.bincount(np.concatenate([drawn.start, drawn.end]), minlength=len(drawn.junctions))
    wait = JUNCTION * (meeting > 2) * (mode == "car")
    found = np.full((len(places), len(origins)), np.inf)
    for row, (street, share) in enumerate(zip(places.street, places.share, strict=True)):
        to = np.full(len(drawn.junctions), np.inf)
        to[drawn.start[street]] = share * seconds[0, street]
        if not np.isnan(seconds[1, street]):
            to[drawn.end[street]] = (1 - share) * seconds[1, street]
        for _ in range(len(to)):
            for a, b, there, back in zip(drawn.start, drawn.end, *seconds, strict=True):
                to[a] = min(to[a], there + wait[b] + to[b])
                if not np.isnan(back):
                    to[b] = min(to[b], back + wait[a] + to[a])
        for column, (own, part) in enumerate(zip(origins.street, origins.share, strict=True)):
            a, b, there, back = drawn.start[own], drawn.end[own], seconds[0, own], seconds[1, own]
            ways = [(1 - part) * there + wait[b] + to[b]]
            if not np.isnan(back):
                ways.append(part * back + wait[a] + to[a])
            if own == street and (share >= part or not np.isnan(back)):
                ways.append(abs(share - part) * there)
            found[row, column] = min(ways)
    return found


@settings(max_examples=12, deadline=None)
@given(
    mode=st.sampled_from(["walk", "car"]),
    cut=st.sets(st.integers(0, len(grid()) - 1), max_size=30),
    one_way=st.sets(st.integers(0, len(grid()) - 31), max_size=30),
    seed=st.integers(0, 2**32 - 1),
)
def test_times_are_those_of_an_independent_search(
    mode: str, cut: set[int], one_way: set[int], seed: int
) -> None:
    pairs = [pair for rank, pair in enumerate(grid()) if rank not in cut]
    drawn = town(pairs, one_way=frozenset(rank for rank in one_way if rank < len(pairs)))
    search = StreetSearch(drawn, "car" if mode == "car" else "walk")
    rng = np.random.default_rng(seed)
    points = degrees(*rng.uniform(0, BLOCK_M * (SIDE - 1), (14, 2)).tolist())
    places, origins = search.snap(points[:4]), search.snap(points[4:])
    if not (places.found.all() and origins.found.all()):
        return
    limit = 400
    ours = search.times(places, origins, limit).toarray()
    theirs = relaxed(drawn, mode, origins, places)
    theirs = np.where(np.rint(theirs) <= limit, np.maximum(np.rint(theirs), 1), 0)
    near_limit = np.abs(theirs - limit) <= 1  # a half second rounds either way
    assert np.abs(ours - theirs)[~near_limit].max(initial=0) <= 1


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_rows_changes_nothing_and_the_same_input_gives_the_same_bytes(seed: int) -> None:
    search = StreetSearch(town(grid()), "car")
    rng = np.random.default_rng(seed)
    points = degrees(*rng.uniform(-50, BLOCK_M * SIDE, (150, 2)).tolist())
    places, origins = points[:90], points[90:]
    once = search.times(search.snap(places), search.snap(origins), 300)
    again = search.times(search.snap(places), search.snap(origins), 300)
    assert once.data.tobytes() == again.data.tobytes()
    assert once.indices.tobytes() == again.indices.tobytes()
    row, column = rng.permutation(90), rng.permutation(60)
    mixed = search.times(search.snap(places[row]), search.snap(origins[column]), 300)
    assert np.array_equal(mixed.toarray(), once.toarray()[row][:, column])


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_longer_limit_adds_times_and_changes_none(seed: int) -> None:
    search = StreetSearch(town(grid()), "walk")
    rng = np.random.default_rng(seed)
    points = search.snap(degrees(*rng.uniform(0, BLOCK_M * SIDE, (20, 2)).tolist()))
    short, long = search.times(points, points, 200).toarray(), search.times(points, points, 500).toarray()
    assert np.array_equal(short, np.where(long <= 200, long, 0))
