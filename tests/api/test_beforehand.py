"""What a server reads of a release before anybody asks."""

from threading import Event

import numpy as np
import pytest
from scipy.sparse import random_array
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.api import whole_times
from app.api.asked_access import CoverageQuery
from app.api.beforehand import Beforehand
from app.api.coverage import coverage_list
from app.api.departing import travel_of
from app.api.searches import Searches
from app.api.served import PeopleShelf
from app.api.snapshot import snapshot
from app.api.whole_times import WholeTimes

QUERY = CoverageQuery(profession="medecin_generaliste", mode="walk", level="iris", minutes=3)
WAIT_S = 30


@pytest.fixture
def engine(served_town):
    made = create_engine(served_town.town.url, poolclass=NullPool)
    yield made
    made.dispose()


def covered(connection, release, shelf, home):
    travel = travel_of(connection, release, QUERY, Searches(home).on)
    listed = coverage_list(connection, release, QUERY, "json", shelf=shelf, travel=travel)
    return [*listed.items], listed.head, listed.more


def test_what_was_read_beforehand_answers_as_the_store_does_without_asking_it(served_town, engine):
    home, shelf = served_town.town.home, PeopleShelf()
    seen = Beforehand(engine, shelf, home).look()
    with snapshot(engine) as (connection, release):
        expected = covered(connection, release, PeopleShelf(), home)
        connection.execute(text("DELETE FROM network.travel_time"))
        assert covered(connection, release, shelf, home) == expected
        connection.rollback()
    assert Beforehand(engine, shelf, home).look(seen) == seen


def test_more_times_than_may_be_kept_are_left_in_the_store(served_town, engine, monkeypatch):
    home, shelf = served_town.town.home, PeopleShelf()
    monkeypatch.setattr(whole_times, "MOST_PAIRS", 1)
    Beforehand(engine, shelf, home).look()
    with snapshot(engine) as (connection, release):
        assert covered(connection, release, shelf, home) == covered(connection, release, PeopleShelf(), home)


class Told(PeopleShelf):
    """A shelf that says when it is filled."""

    def __init__(self):
        super().__init__()
        self.filled = Event()

    def hold(self, *held):
        super().hold(*held)
        self.filled.set()


def test_a_server_reads_what_is_published_as_it_starts(served_town, engine):
    shelf = Told()
    with Beforehand(engine, shelf, served_town.town.home):
        assert shelf.filled.wait(WAIT_S)


def test_a_base_that_is_away_stops_nothing(served_town):
    away = create_engine("postgresql+psycopg://nobody@/none?host=/nowhere", poolclass=NullPool)
    shelf = Told()
    with Beforehand(away, shelf, served_town.town.home):
        pass
    assert not shelf.filled.is_set()


def test_times_to_some_sites_are_their_rows():
    rng = np.random.default_rng(3)
    seconds = random_array((30, 50), density=0.2, rng=rng, format="csr")
    seconds.data = rng.integers(1, 1800, len(seconds.data)).astype(np.int16)
    off = rng.random(30) < 0.2
    whole = WholeTimes(
        sites=np.arange(0, 60, 2, dtype=np.int32),
        off_network=off,
        on_network=np.ones(50, dtype=np.bool_),
        ends=seconds.indptr.astype(np.int64),
        cells=seconds.indices.astype(np.int32),
        seconds=seconds.data.astype(np.int16),
    )
    asked = np.array([0, 7, 10, 58, 99], dtype=np.int32)  # 7 and 99 are placed nowhere
    times, there, lost = whole.to(asked)
    assert there.tolist() == [0, 10, 58]
    assert (times.seconds.toarray() == seconds.toarray()[[0, 5, 29]]).all()
    assert lost == off[[0, 5, 29]].sum()
    nothing, there, _ = whole.to(np.zeros(0, dtype=np.int32))
    assert (nothing.seconds.shape, there.size) == ((0, 50), 0)
