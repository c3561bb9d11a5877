"""Our times and Valhalla's, barriers, and the streets as its tiles hold them."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely
import valhalla
from agreement import compared, matrix
from town import Town

from app.errors import SetupError
from app.travel.graph import TILES, Graph
from app.travel.modes import Mode
from app.travel.search import StreetSearch
from app.travel.streets import Streets
from app.travel.tiles import read_tiles

CROWS_FLIGHT = 400.0


@pytest.mark.parametrize(
    ("mode", "limit_s", "median_s"),
    [("walk", 900, 20), ("walk", 1800, 20), ("bike", 1200, 60), ("car", 1200, 45)],
)
def test_a_thousand_times_differ_little_from_valhalla_s_matrix(
    graph: Graph, searches: dict[Mode, StreetSearch], mode: Mode, limit_s: int, median_s: float
) -> None:
    found = compared(graph, searches[mode], limit_s)
    assert found.pairs >= 900
    assert found.median <= median_s, str(found)


def across(streets: Streets, barrier: shapely.Geometry, most: float) -> np.ndarray:
    """Return pairs of junctions within CROWS_FLIGHT with a barrier between them, (2, n)."""
    places = shapely.points(streets.metres(streets.junctions))
    near = shapely.STRtree(places).query(places, predicate="dwithin", distance=CROWS_FLIGHT)
    drawn = shapely.linestrings(streets.junctions[near.T])
    met = shapely.intersection(drawn, barrier)
    wide = shapely.length(met) >= most if barrier.area else ~shapely.is_empty(met)
    found = near[:, wide]
    return found[:, np.random.default_rng(4).choice(found.shape[1], 60, replace=False)]


@pytest.mark.parametrize(("name", "longer"), [("river", 2.0), ("railway", 1.5)])
def test_a_barrier_is_gone_round(
    town: Town, graph: Graph, searches: dict[Mode, StreetSearch], *, name: str, longer: float
) -> None:
    search, streets = searches["walk"], graph.streets()
    barrier = getattr(town, name)
    pairs = across(streets, barrier, 1.6 * barrier.area / barrier.length)
    here, there = (search.snap(streets.junctions[side]) for side in pairs)
    ours = search.times(there, here, 3_600).toarray().diagonal().astype(float)
    xy = streets.metres(streets.junctions)
    flight = np.hypot(*(xy[pairs[0]] - xy[pairs[1]]).T) * 3.6 / 5.1
    assert (ours >= flight * 0.98).all()
    assert np.median(ours / flight) > longer, "over a bridge or a crossing, not as the crow flies"
    actor = valhalla.Actor(graph.actor_config())
    theirs = [matrix(actor, search, streets.junctions[[a]], streets.junctions[b])[0] for a, b in pairs.T[:30]]
    assert np.median(np.abs(ours[:30] - np.array(theirs, dtype=float))) <= 20


def test_walking_there_takes_as_long_as_walking_back(
    streets: Streets, searches: dict[Mode, StreetSearch]
) -> None:
    rng = np.random.default_rng(5)
    points = searches["walk"].snap(streets.junctions[rng.choice(len(streets.junctions), 60)])
    there = searches["walk"].times(points, points, 1_800).toarray()
    assert np.abs(there.astype(int) - there.T).max() <= 1
    by_car = searches["car"].times(points, points, 1_800).toarray()
    assert (np.abs(by_car.astype(int) - by_car.T) > 5).any(), "one-way streets make the ways differ"


def test_an_edge_read_from_the_tiles_is_the_one_valhalla_tells_of(graph: Graph) -> None:
    tiles = read_tiles(graph.folder / TILES)
    ranks = {int(number): rank for rank, number in enumerate(tiles.graph_id)}
    actor = valhalla.Actor(graph.actor_config())
    asked = [{"lon": lon, "lat": lat} for lon, lat in tiles.lonlat[:: len(tiles.lonlat) // 40].tolist()]
    checked = 0
    for answer in actor.locate({"locations": asked, "costing": "auto", "verbose": True}):
        for one in answer["edges"] or []:
            rank = ranks[one["edge_id"]["value"]]
            told = one["edge"]
            assert tiles.speed[rank] == told["speeds"]["default"]
            assert tiles.length[rank] == pytest.approx(told["geo_attributes"]["length"], abs=1)
            assert bool(tiles.access[rank] & 1) == told["access"]["car"]
            assert bool(tiles.access[rank] & 2) == told["access"]["pedestrian"]
            assert bool(tiles.access[rank] & 4) == told["access"]["bicycle"]
            checked += 1
    assert checked > 40


def test_every_street_has_its_way_back_and_its_shape_runs_from_end_to_end(
    graph: Graph, streets: Streets
) -> None:
    tiles = read_tiles(graph.folder / TILES)
    assert np.array_equal(tiles.opposite[tiles.opposite], np.arange(len(tiles.start)))
    assert np.array_equal(tiles.length, tiles.length[tiles.opposite])
    assert len(streets.length) * 2 == len(tiles.start)
    first, last = streets.shape[streets.offsets[:-1]], streets.shape[streets.offsets[1:] - 1]
    assert np.abs(first - streets.junctions[streets.start]).max() < 1e-5
    assert np.abs(last - streets.junctions[streets.end]).max() < 1e-5


def test_tiles_laid_out_in_another_way_are_refused(graph: Graph, tmp_path: Path) -> None:
    shutil.copytree(graph.folder / TILES, tmp_path / TILES)
    largest = max((tmp_path / TILES / "2").rglob("*.gph"), key=lambda tile: tile.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[272 + 8 : 272 + 12] = b"\xff\xff\xff\xff"  # where the first junction's streets begin
    largest.write_bytes(content)
    with pytest.raises(SetupError, match="ne se lisent pas"):
        read_tiles(tmp_path / TILES)
