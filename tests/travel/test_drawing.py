"""Areas drawn from our own times on the demo city: nested, the same bytes, of those whom the times reach."""

import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from anyio.from_thread import start_blocking_portal
from numpy.typing import NDArray

from app.api.searches import Searches
from app.travel import routing
from app.travel.drawing import Drawing
from app.travel.engine import GRID, Engine, Reach
from app.travel.graph import Graph
from app.travel.isochrones import journey, merged, parse_point, together
from app.travel.lattice import BESIDE_M, STEP_M, Lattice
from app.travel.modes import DRAWN, Mode, StreetMode
from app.travel.outlines import outlines
from app.travel.routing import Routing
from app.travel.search import StreetSearch
from app.travel.streets import Streets

CENTRE = parse_point(-3.2986, 46.4004)
MODES: tuple[StreetMode, ...] = ("walk", "bike")
Drawings = dict[Mode, Drawing]


@pytest.fixture(scope="module")
def starts(streets: Streets) -> NDArray[np.float64]:
    """Return places a little beside streets, in degrees, (30, 2)."""
    rng = np.random.default_rng(6)
    junctions = streets.junctions[rng.integers(0, len(streets.junctions), 30)]
    return np.round(junctions + rng.normal(0, 2e-4, junctions.shape), 5)


@pytest.fixture(scope="module")
def engine(graph: Graph) -> Engine:
    return Engine(graph.actor_config())


def reached(drawing: Drawing, mode: StreetMode, lonlat: NDArray[np.float64], *minutes: float) -> Reach:
    reach = drawing.reach(journey(mode, parse_point(*lonlat.tolist()), minutes))
    assert isinstance(reach, Reach)
    return reach


def inside(area: shapely.Geometry, lonlat: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray(shapely.contains_xy(area, lonlat[:, 0], lonlat[:, 1]))


@pytest.mark.parametrize("mode", MODES)
def test_areas_are_valid_hold_their_start_and_lie_each_within_the_next(
    drawings: Drawings, starts: NDArray[np.float64], mode: StreetMode
) -> None:
    for start in starts:
        reach = reached(drawings[mode], mode, start, 1, 5, 10, 30)
        areas = reach.areas
        assert all(shapely.is_valid(areas))
        assert {area.geom_type for area in areas} <= {"Polygon", "MultiPolygon"}
        assert shapely.contains_xy(areas[0], reach.lon, reach.lat)
        for inner, outer in pairwise(areas):
            assert shapely.area(shapely.difference(inner, outer)) < GRID * shapely.length(inner)
            assert shapely.area(inner) < shapely.area(outer)


@pytest.mark.parametrize("mode", MODES)
def test_the_start_is_the_place_on_the_nearest_street(
    drawings: Drawings, searches: dict[Mode, StreetSearch], starts: NDArray[np.float64], mode: StreetMode
) -> None:
    snapped = searches[mode].snap(starts)
    streets = searches[mode].network.streets
    for rank, start in enumerate(starts):
        reach = reached(drawings[mode], mode, start, 5)
        assert reach.snap_m == pytest.approx(snapped.metres[rank], abs=0.06)
        there, here = streets.metres(np.array([(reach.lon, reach.lat), start]))
        assert np.hypot(*(there - here)) == pytest.approx(reach.snap_m, abs=0.2)


@pytest.mark.parametrize("mode", MODES)
def test_an_area_is_the_same_bytes_whatever_is_asked_beside_it(
    drawings: Drawings, starts: NDArray[np.float64], mode: StreetMode
) -> None:
    for start in starts[:10]:
        beside = reached(drawings[mode], mode, start, 5, 10, 20).areas
        assert [reached(drawings[mode], mode, start, minutes).areas for minutes in (5, 10, 20)] == [
            (area,) for area in beside
        ]


@pytest.mark.parametrize(("mode", "minutes"), [("walk", 5), ("walk", 15), ("bike", 10)])
def test_who_is_inside_is_who_the_times_reach(  # noqa: PLR0917 - fixtures
    drawings: Drawings,
    searches: dict[Mode, StreetSearch],
    streets: Streets,
    starts: NDArray[np.float64],
    mode: StreetMode,
    minutes: int,
) -> None:
    search, people = searches[mode], streets.junctions
    near = search.times(search.snap(people), search.snap(starts), minutes * 60).toarray().T > 0
    drawn = np.array([inside(reached(drawings[mode], mode, one, minutes).areas[0], people) for one in starts])
    assert drawn.sum() == pytest.approx(near.sum(), rel=0.02)
    assert (drawn != near).sum() < 0.08 * near.sum()


@pytest.mark.parametrize(("mode", "minutes"), [("walk", 15), ("bike", 20)])
def test_valhalla_draws_nearly_the_same(  # noqa: PLR0917 - fixtures
    engine: Engine,
    drawings: Drawings,
    streets: Streets,
    starts: NDArray[np.float64],
    mode: StreetMode,
    minutes: int,
) -> None:
    found = []
    for start in starts[:6]:
        ours = reached(drawings[mode], mode, start, minutes)
        theirs = engine.reach(journey(mode, parse_point(*start.tolist()), (minutes,)))
        assert isinstance(theirs, Reach)
        assert (ours.lon, ours.lat) == pytest.approx((theirs.lon, theirs.lat), abs=1e-4)
        found.append([inside(reach.areas[0], streets.junctions) for reach in (ours, theirs)])
    one, other = np.array(found).swapaxes(0, 1)
    assert one.sum() == pytest.approx(other.sum(), rel=0.05)
    assert (one != other).sum() < 0.12 * other.sum()


def test_a_place_in_the_fields_or_outside_the_graph_is_off_the_network(drawings: Drawings) -> None:
    for lon, lat in ((2.35, 48.85), (-3.0, 46.0)):
        assert drawings["walk"].reach(journey("walk", parse_point(lon, lat), (5,))) == "off_network"


def test_a_place_beside_streets_that_lead_nowhere_is_isolated(searches: dict[Mode, StreetSearch]) -> None:
    """Those of a car are in pieces that are too small where one only walks."""
    network = searches["car"].network
    apart = shapely.get_coordinates(shapely.point_on_surface(network._apart))
    snapped = network.beside(apart, 500.0)
    assert len(apart)
    for place in apart[~snapped.found]:
        assert network.leads_nowhere(place)
    assert not network.leads_nowhere(np.array([1e6, 1e6]))


@pytest.mark.parametrize("mode", MODES)
def test_places_drawn_together_reach_what_each_of_them_does(
    drawings: Drawings, streets: Streets, starts: NDArray[np.float64], mode: StreetMode
) -> None:
    places = [parse_point(*place) for place in starts[:12].tolist()]
    far = parse_point(2.0, 48.0)
    each = [drawings[mode].reach(journey(mode, place, (5,))) for place in places]
    [[alone]] = [merged([one.areas for one in each if isinstance(one, Reach)])]
    both = drawings[mode].reach(together(mode, [*places, far], (5,)))
    assert isinstance(both, Reach)
    assert both.left_out == 1
    [area] = both.areas
    assert shapely.is_valid(area)
    people = streets.junctions
    assert (inside(area, people) != inside(alone, people)).mean() < 0.005
    assert shapely.area(shapely.difference(alone, area)) < 0.02 * shapely.area(area)
    assert drawings[mode].reach(together(mode, [far, far], (5,))) == "off_network"


def test_every_point_of_the_lattice_has_its_nearest_street(
    graph: Graph, searches: dict[Mode, StreetSearch]
) -> None:
    network = searches["walk"].network
    lattice = graph.lattice(network)
    rows, columns = (axis.ravel() for axis in np.indices(lattice.street.shape))
    some = np.random.default_rng(3).choice(len(rows), 500, replace=False)
    at = (np.column_stack([columns, rows])[some] + lattice.first) * STEP_M
    beside = network.beside(at, BESIDE_M)
    assert (lattice.street[rows[some], columns[some]] == beside.street).all()
    assert lattice.share[rows[some], columns[some]] == pytest.approx(beside.share, abs=1e-6)
    assert beside.found.any()
    assert not beside.found.all()


def test_a_graph_made_before_its_lattice_draws_the_same(
    graph: Graph, drawings: Drawings, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(graph.folder, home / "graphs" / graph.fingerprint)
    for kept in home.rglob("lattice-*.npz"):
        kept.unlink()
    old = Searches(home).drawing(graph.fingerprint, "walk")
    asked = journey("walk", CENTRE, (5, 10))
    assert old.reach(asked) == drawings["walk"].reach(asked)


def test_a_lattice_that_cannot_be_read_is_a_damaged_graph(graph: Graph, tmp_path: Path) -> None:
    from app.travel.failures import GraphError

    home = tmp_path / "home"
    shutil.copytree(graph.folder, home / "graphs" / graph.fingerprint)
    for kept in home.rglob("lattice-*.npz"):
        kept.write_bytes(b"noise")
    with pytest.raises(GraphError, match="abîmé"):
        Searches(home).drawing(graph.fingerprint, "walk")


@pytest.mark.parametrize("points", [0, 10**9])
def test_what_is_drawn_ahead_of_the_routes_is_theirs_in_a_thread_or_not(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, points: int
) -> None:
    monkeypatch.setattr(routing, "THREAD_FROM_POINTS", points)
    home, asked = graph.folder.parent.parent, journey("walk", CENTRE, (5, 10))
    answering = Routing(home, Searches(home), size=1, limit_s=10.0, room=1)
    with start_blocking_portal() as loop:
        assert loop.call(answering.reach, graph.fingerprint, asked) is None, "nothing is at hand yet"
        [routed] = answering.reaches(graph.fingerprint, [asked])
        assert loop.call(answering.reach, graph.fingerprint, asked) == routed
        refused = journey("walk", parse_point(2.0, 48.0), (5,))
        assert loop.call(answering.reach, graph.fingerprint, refused) is None, "routes explain"
    assert isinstance(routed, Reach)
    assert answering.pids() == [], "no process is started for a mode that is drawn here"


def test_modes_that_are_drawn_here_have_their_lattice_kept_with_the_graph(graph: Graph) -> None:
    for mode in DRAWN:
        kept = Lattice.load(graph.folder, mode)
        assert (kept.street >= 0).any()


def field(*rows: str) -> NDArray[np.float64]:
    """Return a field that is -1 where a character is not a dot, within a border of 1."""
    drawn = np.array([[-1.0 if character != "." else 1.0 for character in row] for row in rows])
    return np.pad(drawn, 1, constant_values=1.0)


def test_parts_and_holes_that_are_small_beside_the_whole_are_left_out() -> None:
    drawn = field(
        "xxxxxxxxxx...",
        "xxxxxxxxxx.x.",
        "x....xxxxx...",
        "x....xx.xx...",
        "x....xxxxx...",
        "xxxxxxxxxx.xx",
        "xxxxxxxxxx.xx",
        "xxxxxxxxxx.xx",
    )
    [whole], [tidy] = (outlines([drawn], crumbs, np.asarray) for crumbs in (0.0, 0.05))
    assert [len(shapely.get_rings(part)) for part in whole.geoms] == [3, 1, 1]
    assert [len(shapely.get_rings(part)) for part in tidy.geoms] == [2, 1]
    [bare] = outlines([drawn], 0.5, np.asarray)
    assert shapely.get_num_interior_rings(bare) == 0
