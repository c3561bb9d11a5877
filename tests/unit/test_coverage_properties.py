"""Coverage on random towns: nobody is lost, nobody is counted twice, and no order matters."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from app.indicators.access import CellTimes, minutes_to_nearest, of_cells
from app.indicators.cells import AGE_CLASSES, Cells
from app.indicators.coverage import coverage, sites_within, uncovered_people
from app.indicators.weighting import Pieces

MINUTES = (1, 5, 10, 15, 30)


def town(seed: int) -> tuple[CellTimes, Cells, Pieces]:
    """Return times of a few sites to a few cells, some off the network, split over three territories."""
    rng = np.random.default_rng(seed)
    sites, cells = int(rng.integers(0, 6)), int(rng.integers(1, 12))
    seconds = rng.integers(0, 1_801, (sites, cells)).astype(np.int16)
    seconds[rng.random((sites, cells)) < 0.4] = 0
    linked = rng.random(cells) < 0.8
    seconds[:, ~linked] = 0
    people = rng.integers(1, 400, cells).astype(float)
    known = Cells(
        id=np.arange(cells, dtype=np.int32),
        people=people,
        ages=people[:, None] * np.full(len(AGE_CLASSES), 1 / len(AGE_CLASSES)),
        households=people / 2,
        poor_households=people / 10,
        imputed=np.zeros(cells, dtype=np.bool_),
    )
    left = rng.random(cells)
    split = Pieces(
        np.concatenate([rng.integers(0, 3, cells), rng.integers(0, 3, cells)]),
        np.tile(np.arange(cells), 2),
        np.concatenate([people * left, people * (1 - left)]),
        3,
    )
    return CellTimes(csr_array(seconds), linked), known, split


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_covered_and_the_others_are_everybody_and_more_minutes_lose_nobody(seed: int) -> None:
    times, cells, pieces = town(seed)
    linked = np.bincount(pieces.territory, weights=pieces.people * times.on_network[pieces.cell], minlength=3)
    before = np.zeros(3)
    for minutes in MINUTES:
        reached = sites_within(times, minutes)
        found = coverage(reached, times.on_network, cells, pieces, 1)
        np.testing.assert_allclose(found.known, linked)
        np.testing.assert_allclose(found.covered.ages.sum(axis=1), found.covered.people)
        np.testing.assert_allclose(found.covered_k, found.covered.people)
        assert (found.covered.people >= before - 1e-9).all()
        missing = uncovered_people(reached, times, pieces)
        np.testing.assert_allclose(missing.sum(), found.uncovered.people.sum())
        before = found.covered.people
    twice = coverage(reached, times.on_network, cells, pieces, 2).covered_k
    assert (twice <= found.covered.people + 1e-9).all()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_sites_cells_and_pieces_changes_no_figure(seed: int) -> None:
    times, cells, pieces = town(seed)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(cells.id))
    place = np.argsort(order)
    sites, rank = rng.permutation(times.seconds.shape[0]), rng.permutation(len(pieces.cell))
    mixed = CellTimes(times.seconds[sites][:, order], times.on_network[order])
    moved = replace(cells, **{name: getattr(cells, name)[order] for name in ("people", "ages", "households")})
    moved = replace(moved, poor_households=cells.poor_households[order])
    shuffled = Pieces(pieces.territory[rank], place[pieces.cell[rank]], pieces.people[rank], 3)
    for minutes in MINUTES:
        ours = coverage(sites_within(times, minutes), times.on_network, cells, pieces, 2)
        theirs = coverage(sites_within(mixed, minutes), mixed.on_network, moved, shuffled, 2)
        for name in ("people", "households", "poor_households"):
            np.testing.assert_allclose(getattr(ours.covered, name), getattr(theirs.covered, name))
        np.testing.assert_allclose(ours.covered_k, theirs.covered_k)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_times_of_some_cells_are_those_they_have_among_all(seed: int) -> None:
    times, cells, _ = town(seed)
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(cells.id))[: int(rng.integers(0, len(cells.id) + 1))]
    for rank in (1, 2):
        every = minutes_to_nearest(times, rank)[chosen]
        np.testing.assert_array_equal(minutes_to_nearest(of_cells(times, chosen), rank), every)
