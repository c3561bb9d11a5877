"""The demo city's streets as a graph, built once for all workers of a run."""

import fcntl
import os
from pathlib import Path

import pytest
import shapely
from town import Town

from app.travel.drawing import Drawing
from app.travel.graph import Graph, build_graph
from app.travel.modes import DRAWN, Mode
from app.travel.search import StreetSearch
from app.travel.streets import Streets
from geodata.demo import gtfs, osm
from geodata.demo.addresses import to_lonlat
from geodata.demo.city import build


@pytest.fixture(scope="session")
def town() -> Town:
    """Return the demo city's files, written once for the run."""
    shared = Path(os.environ["OBSERVATOIRE_TEST_HOME"]) / "travel"
    shared.mkdir(exist_ok=True)
    extract, river = shared / "town.osm.pbf", shared / "river.wkb"
    feed, railway = shared / "town.zip", shared / "railway.wkb"
    with (shared / ".lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not river.exists():
            city = build(2025)
            osm.write(extract, city)
            gtfs.write(feed, city)
            railway.write_bytes(shapely.to_wkb(shapely.transform(city.skeleton.rail, to_lonlat)))
            river.write_bytes(shapely.to_wkb(shapely.transform(city.skeleton.river, to_lonlat)))
    barriers = (shapely.from_wkb(path.read_bytes()) for path in (river, railway))
    return Town(extract, feed, *barriers, home=shared)


@pytest.fixture(scope="session")
def graph(town: Town) -> Graph:
    """Return the demo city's graph, with its timetable."""
    return build_graph(town.home, town.ingredients(feed=True))[0]


@pytest.fixture(scope="session")
def streets(graph: Graph) -> Streets:
    """Return its arrays."""
    return graph.streets()


@pytest.fixture(scope="session")
def drawings(graph: Graph, searches: dict[Mode, StreetSearch]) -> dict[Mode, Drawing]:
    """Return what draws the areas of each mode that is drawn from our own times."""
    networks = {mode: searches[mode].network for mode in DRAWN}
    return {mode: Drawing(network, graph.lattice(network)) for mode, network in networks.items()}


@pytest.fixture(scope="session")
def searches(streets: Streets) -> dict[Mode, StreetSearch]:
    """Return a search for each mode."""
    return {mode: StreetSearch(streets, mode) for mode in ("walk", "bike", "car")}
