"""A real city's streets and a real timetable: the same promises on data that nobody tidied."""

from pathlib import Path

import pytest
from town import LARGE, Town

from app.travel import graph
from app.travel.failures import GraphError
from app.travel.timetable import Timetable, read_timetable
from tests.bench import travel

pytestmark = pytest.mark.realdata


@pytest.mark.slow
def test_times_in_porto_differ_little_from_valhalla_s_matrix(real_data: Path, tmp_path: Path) -> None:
    built = travel.porto(real_data / "osm" / "porto.osm.pbf", tmp_path)
    assert built.modes == ("walk", "bike", "car")
    rows = list(travel.measure(built))
    assert {(row.mode, row.minutes) for row in rows} == {
        ("walk", 15),
        ("walk", 30),
        ("bike", 20),
        ("car", 20),
    }
    for row in rows:
        assert row.pairs > 50_000, row
        assert row.median <= row.median_allowed, row
        assert row.one / row.seconds <= 0.01, row


@pytest.fixture
def rennes(real_data: Path) -> Timetable:
    """Return the real feed of Rennes."""
    return read_timetable(real_data / "rennes" / "gtfs_star_20120618.zip", max_bytes=LARGE)


@pytest.mark.slow
def test_a_timetable_of_another_place_is_refused(rennes: Timetable, town: Town, tmp_path: Path) -> None:
    made = town.ingredients()
    with pytest.raises(GraphError, match="Aucun arrêt de ces horaires"):
        graph.build_graph(tmp_path, graph.Ingredients(made.extract, made.sha256, feed=rennes))
    assert not (graph.graphs_folder(tmp_path) / made.fingerprint()).exists()
