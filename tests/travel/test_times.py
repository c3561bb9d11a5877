"""Times kept in the store: computed once a place, found again by every release, never zero."""

from dataclasses import dataclass

import numpy as np
import pytest
from people import member, place, release, territories
from sqlalchemy import Connection, text

from app.db.roles import READER_ROLE
from app.travel import store
from app.travel.failures import GraphError
from app.travel.graph import Graph
from app.travel.modes import Mode
from app.travel.network import Snapped
from app.travel.search import StreetSearch
from app.travel.streets import Streets
from app.travel.times import complete_times, origins_of, times_of

FAR = (-4.5, 45.0)


class Counting:
    """A search that remembers to how many places it was asked to go."""

    def __init__(self, search: StreetSearch) -> None:
        self._search = search
        self.asked: list[int] = []

    @property
    def mode(self) -> Mode:
        return self._search.mode

    @property
    def terms(self) -> str:
        return self._search.terms

    def snap(self, lonlat: np.ndarray) -> Snapped:
        return self._search.snap(lonlat)

    def times(self, destinations: Snapped, origins: Snapped, limit_s: int) -> object:
        self.asked.append(len(destinations))
        return self._search.times(destinations, origins, limit_s)


@dataclass(frozen=True, slots=True)
class Release:
    """A release with its squares and sites, and the graph to compute its times on."""

    number: int
    graph_id: int
    squares: list[int]
    points: np.ndarray
    sites: dict[str, int]


@pytest.fixture
def walk(searches: dict[Mode, StreetSearch]) -> Counting:
    """Return a search on foot that counts what it is asked."""
    return Counting(searches["walk"])


@pytest.fixture
def city(connection: Connection, graph: Graph, streets: Streets) -> Release:
    """Return a release of 40 squares, one of them far away, and 4 sites."""
    number = release(connection, "published")
    points = np.vstack([streets.junctions[:: len(streets.junctions) // 39][:39], [FAR]])
    squares = territories(connection, points)
    member(connection, number, squares)
    where = streets.junctions[100::700][:3].round(6).tolist()
    sites = place(
        connection,
        number,
        {"a": tuple(where[0]), "b": tuple(where[1]), "same as a": tuple(where[0]), "far": FAR},
    )
    return Release(number, store.record(connection, graph, "sha"), squares, points, sites)


def test_kept_times_are_those_of_the_search_in_the_order_asked(
    connection: Connection, city: Release, walk: Counting
) -> None:
    done = complete_times(connection, walk, city.graph_id, city.number)
    assert (done.fresh, done.known, done.places_off, done.origins, done.origins_off) == (3, 0, 1, 40, 1)
    asked = [city.sites[key] for key in ("far", "b", "a", "same as a")]
    found = times_of(connection, city.number, "walk", asked)
    assert found.sites.tolist() == asked
    assert found.territories.tolist() == sorted(city.squares)
    assert found.graph_id == city.graph_id
    assert found.level == "carreau"
    origins = origins_of(connection, city.number)
    place_a = connection.execute(
        text("SELECT ST_X(geom), ST_Y(geom) FROM supply.placement WHERE site_id = :site"),
        {"site": city.sites["a"]},
    ).one()
    direct = walk.times(walk.snap(np.array([tuple(place_a)])), walk.snap(origins.lonlat), 1_800)
    assert found.seconds.toarray()[2].tolist() == direct.toarray()[0].tolist()
    assert found.seconds[[2], :].nnz > 3


def test_what_is_not_reached_is_absent_and_never_zero(
    connection: Connection, city: Release, walk: Counting
) -> None:
    complete_times(connection, walk, city.graph_id, city.number)
    found = times_of(connection, city.number, "walk", [city.sites["far"], city.sites["a"]])
    assert np.isnan(found.site_snap_m).tolist() == [True, False]
    assert found.seconds[[0], :].nnz == 0
    assert found.seconds.data.min() >= 1
    off = np.flatnonzero(np.isnan(found.origin_snap_m))
    assert found.territories[off].tolist() == [city.squares[-1]]
    assert found.seconds[:, off].nnz == 0


def test_a_refresh_computes_only_new_places(
    connection: Connection, city: Release, walk: Counting, streets: Streets
) -> None:
    complete_times(connection, walk, city.graph_id, city.number)
    walk.asked.clear()
    later = release(connection)
    member(connection, later, city.squares)
    new = tuple(streets.junctions[55].tolist())
    where = connection.execute(
        text("SELECT ST_X(geom), ST_Y(geom) FROM supply.placement WHERE site_id = :site"),
        {"site": city.sites["a"]},
    ).one()
    place(connection, later, {"a": tuple(where), "b": new, "new": new})
    done = complete_times(connection, walk, city.graph_id, later)
    assert (done.fresh, done.known) == (1, 1)
    assert walk.asked == [1]
    moved = times_of(connection, later, "walk", [city.sites["b"]])
    before = times_of(connection, city.number, "walk", [city.sites["b"]])
    assert moved.seconds.toarray().tolist() != before.seconds.toarray().tolist(), "b moved: both are kept"


def test_nothing_new_means_nothing_searched(connection: Connection, city: Release, walk: Counting) -> None:
    complete_times(connection, walk, city.graph_id, city.number)
    walk.asked.clear()
    done = complete_times(connection, walk, city.graph_id, city.number)
    assert (done.fresh, done.known) == (0, 3)
    assert walk.asked == []


def test_a_shorter_limit_reads_less_and_a_longer_one_is_searched_anew(
    connection: Connection, city: Release, walk: Counting
) -> None:
    asked = [city.sites["a"], city.sites["b"]]
    complete_times(connection, walk, city.graph_id, city.number, limit_s=900)
    with pytest.raises(GraphError, match="à pied jusqu'à 30 minutes n'ont pas été calculés"):
        times_of(connection, city.number, "walk", asked)
    short = times_of(connection, city.number, "walk", asked, limit_s=900).seconds.toarray()
    complete_times(connection, walk, city.graph_id, city.number)
    long = times_of(connection, city.number, "walk", asked).seconds.toarray()
    assert (long > 900).any()
    assert np.where(long <= 900, long, 0).tolist() == short.tolist()
    again = times_of(connection, city.number, "walk", asked, limit_s=900).seconds
    assert again.toarray().tolist() == short.tolist()


def test_times_never_computed_are_told(connection: Connection, city: Release) -> None:
    with pytest.raises(GraphError, match="n'ont pas été calculés") as told:
        times_of(connection, city.number, "car", [city.sites["a"]])
    assert "observatoire graph times" in told.value.hint


def test_a_site_placed_no_better_than_its_commune_has_no_times(
    connection: Connection, city: Release, walk: Counting, streets: Streets
) -> None:
    centre = tuple(streets.junctions[70].tolist())
    vague = place(connection, city.number, {"vague": centre}, kind="municipality")["vague"]
    nowhere = place(connection, city.number, {"nowhere": None}, kind="none")["nowhere"]
    assert complete_times(connection, walk, city.graph_id, city.number).fresh == 3
    found = times_of(connection, city.number, "walk", [vague, city.sites["a"], nowhere, 10**9])
    assert found.sites.tolist() == [city.sites["a"]]


def test_iris_speak_where_there_are_no_squares(
    connection: Connection, graph: Graph, walk: Counting, streets: Streets
) -> None:
    number = release(connection, "published")
    member(connection, number, territories(connection, streets.junctions[10:14], level="iris"))
    sites = place(connection, number, {"a": tuple(streets.junctions[12].tolist())})
    complete_times(connection, walk, store.record(connection, graph, "sha"), number)
    found = times_of(connection, number, "walk", list(sites.values()))
    assert found.level == "iris"
    assert found.seconds.nnz == 4


def test_squares_without_people_are_left_out(connection: Connection, city: Release, streets: Streets) -> None:
    empty = territories(connection, streets.junctions[200:203], people=0.0)
    member(connection, city.number, empty)
    assert origins_of(connection, city.number).territories.tolist() == city.squares


def test_a_release_without_people_or_sites_has_no_times(
    connection: Connection, graph: Graph, walk: Counting
) -> None:
    number = release(connection, "published")
    done = complete_times(connection, walk, store.record(connection, graph, "sha"), number)
    assert (done.fresh, done.origins) == (0, 0)
    assert times_of(connection, number, "walk", []).seconds.shape == (0, 0)


def test_times_of_no_release_go_with_the_last_release_that_showed_them(
    connection: Connection, city: Release, walk: Counting, streets: Streets
) -> None:
    complete_times(connection, walk, city.graph_id, city.number)
    member(connection, city.number, territories(connection, streets.junctions[300:301], level="carreau"))
    complete_times(connection, walk, city.graph_id, city.number)
    assert connection.execute(text("SELECT count(*) FROM network.origins")).scalar_one() == 1
    assert connection.execute(text("SELECT count(*) FROM network.travel_time")).scalar_one() == 3


def test_the_api_s_role_reads_times_and_writes_none(
    connection: Connection, city: Release, walk: Counting
) -> None:
    complete_times(connection, walk, city.graph_id, city.number)
    mine = times_of(connection, city.number, "walk", [city.sites["a"]])
    connection.execute(text(f"SET LOCAL ROLE {READER_ROLE}"))
    theirs = times_of(connection, city.number, "walk", [city.sites["a"]])
    assert theirs.seconds.data.tobytes() == mine.seconds.data.tobytes()


def test_a_graph_is_told_once_with_what_it_covers(connection: Connection, graph: Graph) -> None:
    first = store.record(connection, graph, "sha")
    assert store.record(connection, graph, "sha") == first
    [found] = store.graphs(connection)
    assert found.modes == graph.modes
    assert found.feed_days == graph.feed_days
    assert found.coverage.is_valid
    assert 0.003 < found.coverage.area < 0.03, "about ten kilometres on a side"


def test_a_graph_names_the_refreshed_extract_it_comes_from(connection: Connection, graph: Graph) -> None:
    add = (
        "INSERT INTO ops.source_file (register, variant, vintage, sha256, file_name, size_bytes, rows_in,"
        " rows_kept, rows_rejected) VALUES ('osm', 'v', '2025-01-01', 'abc', 'f', 1, 1, 1, 0) RETURNING id"
    )
    file = connection.execute(text(add)).scalar_one()
    store.record(connection, graph, "abc")
    assert connection.execute(text("SELECT source_file_id FROM network.graph")).scalar_one() == file


def test_no_graph_at_all_says_how_to_make_one(connection: Connection) -> None:
    with pytest.raises(GraphError, match="Aucun graphe") as told:
        store.newest(connection)
    assert "observatoire graph build" in told.value.hint
