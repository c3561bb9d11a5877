"""Graphs built, kept, refused: what a person is told, and what is left on the disk."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import osmium
import pytest
import shapely
from town import LARGE, Town

from app.errors import SourceError
from app.settings import PROJECT
from app.travel import graph as graph_module
from app.travel.coverage import Commune, box_around, covered_area, outside
from app.travel.extract import write_roads
from app.travel.failures import GraphError
from app.travel.graph import DRAFT, MANIFEST, Graph, Ingredients, build_graph, graphs_folder, open_graph
from app.travel.network import Network
from app.travel.rides import FILE_NAME as RIDES
from app.travel.streets import FILE_NAME, Streets
from app.travel.timetable import read_timetable

NORTH_EAST = (-3.29, 46.39, -3.2, 46.45)
THE_SEA = (-4.0, 45.0, -3.9, 45.1)


@pytest.fixture
def home(graph: Graph, tmp_path: Path) -> Path:
    """Return a data folder of the test's own that already holds the demo city's graph."""
    shutil.copytree(graph.folder, graphs_folder(tmp_path) / graph.fingerprint)
    return tmp_path


def names(home: Path) -> set[str]:
    """Return what lies in the folder of graphs."""
    return {path.name for path in graphs_folder(home).iterdir()} - {".lock"}


def test_the_same_ingredients_are_not_built_twice(
    town: Town, graph: Graph, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_module, "BINARIES", home / "nowhere")
    again, fresh = build_graph(home, town.ingredients(feed=True))
    assert not fresh
    assert again.fingerprint == graph.fingerprint
    assert again.modes == graph.modes


def test_a_graph_built_again_has_the_same_streets_byte_for_byte(
    town: Town, graph: Graph, tmp_path: Path
) -> None:
    again, fresh = build_graph(tmp_path, town.ingredients(feed=True))
    assert fresh
    assert (again.folder / FILE_NAME).read_bytes() == (graph.folder / FILE_NAME).read_bytes()


def test_what_makes_a_graph_makes_its_name(town: Town) -> None:
    plain = town.ingredients()
    others = [
        town.ingredients(feed=True),
        Ingredients(plain.extract, "0" * 64),
        Ingredients(plain.extract, plain.sha256, box=NORTH_EAST),
    ]
    assert len({made.fingerprint() for made in (plain, *others)}) == 4
    assert Ingredients(Path("elsewhere.osm.pbf"), plain.sha256).fingerprint() == plain.fingerprint()


BUILD = (
    "import sys; from pathlib import Path; from app.travel.graph import *; "
    "build_graph(Path(sys.argv[1]), Ingredients(Path(sys.argv[2]), sys.argv[3]))"
)


def test_a_killed_build_leaves_nothing_that_looks_like_a_graph(town: Town, tmp_path: Path) -> None:
    made = town.ingredients()
    running = subprocess.Popen(
        [sys.executable, "-c", BUILD, tmp_path, made.extract, made.sha256],
        cwd=PROJECT,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not list(graphs_folder(tmp_path).glob(f"{DRAFT}*/tiles")):
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.002)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert {name[: len(DRAFT)] for name in names(tmp_path)} == {DRAFT}
    with pytest.raises(GraphError, match="n'est pas sur cette machine"):
        open_graph(tmp_path, made.fingerprint())
    built, fresh = build_graph(tmp_path, made)
    assert fresh
    assert names(tmp_path) == {built.fingerprint}


def test_a_tool_that_fails_leaves_the_other_graphs_and_nothing_else(
    town: Town, graph: Graph, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "valhalla_build_tiles").symlink_to("/bin/false")
    monkeypatch.setattr(graph_module, "BINARIES", home)
    with pytest.raises(GraphError, match=r"valhalla_build_tiles, code 1.*sont gardés"):
        build_graph(home, town.ingredients())
    assert names(home) == {graph.fingerprint}


def test_a_full_disk_is_told_with_what_is_wanted_and_left(
    town: Town, graph: Graph, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage(NamedTuple):
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1_500_000))
    with pytest.raises(GraphError, match=r"le disque est plein, il faut \d+ Mo et il en reste 2 Mo"):
        build_graph(home, town.ingredients())
    assert names(home) == {graph.fingerprint}


def test_a_disk_that_fills_up_on_the_way_is_told_as_such(
    town: Town, graph: Graph, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage(NamedTuple):
        free: int

    left = iter([10**9, 10**9, 3_000_000])
    (home / "valhalla_build_tiles").symlink_to("/bin/false")
    monkeypatch.setattr(graph_module, "BINARIES", home)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(next(left)))
    with pytest.raises(GraphError, match="le disque est plein"):
        build_graph(home, town.ingredients())
    assert names(home) == {graph.fingerprint}


def test_a_folder_that_cannot_be_written_is_told(town: Town, tmp_path: Path) -> None:
    graphs_folder(tmp_path).write_text("a file")
    with pytest.raises(GraphError, match="n'a pas pu être écrit"):
        build_graph(tmp_path, town.ingredients())


def broken(town: Town, folder: Path) -> Iterator[tuple[str, Path, str]]:
    """Yield extracts that cannot be used, and what is said of them."""
    content = town.extract.read_bytes()
    for name, kept, told in (
        ("empty", b"", "coupé ou abîmé"),
        ("page", b"<html>404</html>" * 50, "coupé ou abîmé"),
        ("cut", content[: len(content) // 2], "coupé ou abîmé"),
        ("damaged", content[:50_000] + bytes(2_000) + content[52_000:], "coupé ou abîmé"),
    ):
        path = folder / f"{name}.osm.pbf"
        path.write_bytes(kept)
        yield name, path, told
    other = folder / "city.osm"
    other.write_text("<osm/>")
    yield "xml", other, r"\.osm\.pbf"


def test_an_extract_that_cannot_be_used_says_why_and_leaves_nothing(town: Town, tmp_path: Path) -> None:
    for name, path, told in broken(town, tmp_path):
        with pytest.raises(SourceError, match=told):
            build_graph(tmp_path, Ingredients(path, name))
        assert names(tmp_path) == set(), name


def few_ways(path: Path, tags: dict[str, str], count: int) -> Path:
    """Write an extract of a road of ``count`` short ways, from each end of which a lane leaves."""
    mutable = osmium.osm.mutable
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for first, latitude in ((1, 46.0), (1_001, 46.001)):
            for n in range(count):
                writer.add_node(mutable.Node(id=first + n, location=(-3.0 + n / 1000, latitude), version=1))
        for n in range(1, count):
            writer.add_way(mutable.Way(id=n, nodes=[n, n + 1], tags=tags, version=1))
        for n in range(1, count + 1):
            writer.add_way(mutable.Way(id=1_000 + n, nodes=[n, n + 1_000], tags=tags, version=1))
    return path


def test_an_extract_without_a_road_is_refused(tmp_path: Path) -> None:
    path = few_ways(tmp_path / "water.osm.pbf", {"waterway": "river"}, 5)
    with pytest.raises(SourceError, match="n'a aucune route"):
        build_graph(tmp_path, Ingredients(path, "a"))


@pytest.mark.parametrize(
    ("kind", "count", "told"),
    [
        ("residential", 5, "aucun réseau d'au moins 50 carrefours"),
        ("proposed", 80, "n'a pas pu construire les tuiles"),
    ],
)
def test_an_extract_of_roads_that_lead_nowhere_is_refused(
    tmp_path: Path, kind: str, count: int, told: str
) -> None:
    path = few_ways(tmp_path / "lane.osm.pbf", {"highway": kind}, count)
    with pytest.raises(GraphError, match=told):
        build_graph(tmp_path, Ingredients(path, "a"))
    assert names(tmp_path) == set()


def test_an_extract_of_footpaths_serves_walkers_alone(tmp_path: Path) -> None:
    path = few_ways(tmp_path / "paths.osm.pbf", {"highway": "footway", "bicycle": "no"}, 80)
    built, _ = build_graph(tmp_path, Ingredients(path, "a"))
    assert built.modes == ("walk",)
    assert not Network(built.streets(), "car").leads_somewhere


def test_the_box_of_the_territory_keeps_whole_roads_and_drops_the_rest(town: Town, tmp_path: Path) -> None:
    everything = write_roads(town.extract, tmp_path / "all.osm.pbf", None)
    kept = write_roads(town.extract, tmp_path / "some.osm.pbf", NORTH_EAST)
    assert 0 < kept < everything / 2
    nodes = {node.id for node in osmium.FileProcessor(str(tmp_path / "some.osm.pbf"), osmium.osm.NODE)}
    for way in osmium.FileProcessor(str(tmp_path / "some.osm.pbf"), osmium.osm.WAY):
        assert {node.ref for node in way.nodes} <= nodes
        assert "highway" in way.tags
    with pytest.raises(SourceError, match="aucune route sur le territoire"):
        write_roads(town.extract, tmp_path / "none.osm.pbf", THE_SEA)


def changed(path: Path, **values: Any) -> None:
    """Change a few values of a graph's manifest."""
    said = json.loads(path.read_text())
    path.write_text(json.dumps(said | values))


def test_a_damaged_graph_is_told_and_built_anew(town: Town, graph: Graph, home: Path) -> None:
    folder = graphs_folder(home) / graph.fingerprint
    largest = max((folder / "tiles").rglob("*.gph"), key=lambda tile: tile.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:1_000])
    with pytest.raises(GraphError, match="est abîmé"):
        open_graph(home, graph.fingerprint)
    _, fresh = build_graph(home, town.ingredients(feed=True))
    assert fresh
    assert open_graph(home, graph.fingerprint).modes == graph.modes


@pytest.mark.parametrize("name", [FILE_NAME, MANIFEST])
def test_a_graph_that_lacks_a_file_is_damaged(graph: Graph, home: Path, name: str) -> None:
    (graphs_folder(home) / graph.fingerprint / name).unlink()
    with pytest.raises(GraphError, match="est abîmé"):
        open_graph(home, graph.fingerprint)


def test_arrays_that_are_cut_are_a_damaged_graph(graph: Graph, home: Path) -> None:
    path = graphs_folder(home) / graph.fingerprint / FILE_NAME
    path.write_bytes(path.read_bytes()[:5_000])
    with pytest.raises(GraphError, match="est abîmé"):
        open_graph(home, graph.fingerprint).streets()


def test_a_graph_of_another_valhalla_is_to_be_built_again(graph: Graph, home: Path) -> None:
    changed(graphs_folder(home) / graph.fingerprint / MANIFEST, valhalla_version="3.0.0")
    with pytest.raises(GraphError, match=r"fait par Valhalla 3\.0\.0.*a la version"):
        open_graph(home, graph.fingerprint)


def test_a_commune_beyond_the_streets_is_outside(streets: Streets) -> None:
    area = covered_area(streets)
    west, south, east, north = shapely.bounds(area)
    inside = Commune("00101", "Dedans", shapely.box(west, south, east, north).buffer(-0.02))
    beyond = Commune("00901", "Dehors", shapely.box(east + 0.1, south, east + 0.2, north))
    half = Commune("00902", "À moitié", shapely.box(east - 0.03, south + 0.03, east + 0.1, north - 0.03))
    assert [one.name for one in outside([inside, beyond, half], area)] == ["Dehors", "À moitié"]
    assert outside([], area) == []


def test_the_box_is_the_territory_and_twenty_kilometres() -> None:
    box = box_around([Commune("a", "A", shapely.box(2.0, 47.0, 2.1, 47.1))])
    assert box is not None
    assert np.allclose(box, (2.0 - 0.264, 47.0 - 0.18, 2.1 + 0.264, 47.1 + 0.18), atol=0.002)
    assert box_around([]) is None


def test_a_timetable_is_kept_with_the_graph_and_its_ordinary_day(
    graph: Graph, town: Town, home: Path
) -> None:
    feed = read_timetable(town.feed, max_bytes=LARGE)
    assert graph.feed_days == feed.days == graph.rides().days
    assert graph.modes == ("walk", "bike", "car", "transit")
    assert graph.feed_day == graph.rides().ordinary_day
    assert town.ingredients().fingerprint() != graph.fingerprint
    (graphs_folder(home) / graph.fingerprint / RIDES).unlink()
    with pytest.raises(GraphError, match="abîmé"):
        open_graph(home, graph.fingerprint)
