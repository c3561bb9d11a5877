"""The graph and times of a release: made with it, once, and never in its way."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime

import numpy as np
import pytest
from small_registers import GP, activity, annuaire, at, ban, cells, communes, iris, iris_population
from small_streets import streets
from store import Outcome, Store

from app.indicators.quality import account
from app.jobs.alerts import problems
from app.jobs.graphs import complete_release
from app.jobs.releases import build_release, publish_newest
from app.travel.failures import GraphError
from app.travel.graph import graphs_folder
from app.travel.times import times_of

DAY, LATER = date(2025, 1, 1), date(2025, 2, 1)
NOW = datetime(2025, 3, 1, tzinfo=UTC)
HOME = at("1", "DU MOLE") | {"commune": "00101"}
AWAY = at("9", "DU MOLE") | {"commune": "00101"}
PLACES = {"1": (310.0, 290.0), "9": (890.0, 910.0)}


def filled(store: Store) -> Store:
    """Load a commune of two squares and one practice, and no street yet."""
    folder = store.folder
    store.load(communes(folder, {"00101": (0, 0, 1100, 1100)}))
    store.load(iris(folder, {"001010101": (0, 0, 1100, 1100)}))
    store.load(iris_population(folder, {"001010101": 300.0}))
    store.load(cells(folder, {(1, 1): 100.0, (3, 3): 200.0}))
    addresses = [
        {"number": number, "street": "Rue du Mole", "postcode": "00100", "place": place}
        for number, place in PLACES.items()
    ]
    store.load(ban(folder, addresses))
    store.load(annuaire(folder, DAY, [activity("810000000001", GP, HOME)]))
    return store


@pytest.fixture
def city(store: Store) -> Store:
    """Return a city of the test's own, without streets."""
    return filled(store)


@pytest.fixture(scope="module")
def built(module_store: Store) -> tuple[Store, int]:
    """Return a city with its streets, and its published release. Tests change nothing of it."""
    filled(module_store)
    module_store.load(streets(module_store.folder), DAY)
    return module_store, module_store.release().id


def graphs(store: Store) -> list[str]:
    return [row.fingerprint for row in store.rows("SELECT fingerprint FROM network.graph ORDER BY id")]


def tasks(store: Store) -> list[tuple[str, str]]:
    found = store.rows("SELECT task, status FROM ops.job_run WHERE task IN ('graph', 'times') ORDER BY id")
    return [(row.task, row.status) for row in found]


def times(store: Store, release: int) -> np.ndarray:
    with store.engine.connect() as connection:
        sites = store.rows("SELECT DISTINCT site_id FROM supply.placement WHERE release_id = :r", r=release)
        return times_of(connection, release, "walk", [row.site_id for row in sites]).seconds.toarray()


def test_a_release_is_built_with_its_graph_and_its_times(built: tuple[Store, int]) -> None:
    store, release = built
    [fingerprint] = graphs(store)
    assert (graphs_folder(store.settings.home) / fingerprint / "graph.json").is_file()
    shown = store.rows("SELECT fingerprint, problem, file_name FROM published.release_graph")
    assert [tuple(row) for row in shown] == [(fingerprint, None, "ville.osm.pbf")]
    assert tasks(store) == [("graph", "done"), ("times", "done")]
    assert (times(store, release) > 0).all()


def test_what_is_whole_is_left_alone(built: tuple[Store, int]) -> None:
    store, release = built
    folder = graphs_folder(store.settings.home) / graphs(store)[0]
    made = folder.stat().st_mtime_ns
    assert store.release().id == release
    assert len(tasks(store)) == 2
    assert folder.stat().st_mtime_ns == made


def test_a_release_tells_its_graph_on_the_command_line(
    built: tuple[Store, int], command: Callable[..., Outcome]
) -> None:
    store, release = built
    told = command(store, "release", "show", str(release)).out
    assert f"Graphe de circulation : {graphs(store)[0][:12]}, de ville.osm.pbf" in told


def test_a_refresh_computes_the_new_place_alone(city: Store) -> None:
    city.load(streets(city.folder), DAY)
    first = city.release()
    before = city.one("SELECT count(*) FROM network.travel_time")
    lines = [activity("810000000001", GP, HOME), activity("810000000002", GP, AWAY)]
    city.load(annuaire(city.folder, LATER, lines))
    second = city.release()
    assert len(graphs(city)) == 1
    assert city.one("SELECT count(*) FROM network.travel_time") == 2 * before
    assert times(city, second.id).shape[0] == 2
    assert times(city, first.id).shape[0] == 1


def test_refreshed_streets_make_another_graph_and_the_one_that_no_release_shows_any_more_goes(
    city: Store,
) -> None:
    city.load(streets(city.folder), DAY)
    first = city.release()
    city.load(streets(city.folder, name="neuve.osm.pbf", without=3), LATER)
    second = city.release()
    old, new = graphs(city)
    shown = city.rows("SELECT release_id, fingerprint FROM published.release_graph ORDER BY 1")
    assert [tuple(row) for row in shown] == [(first.id, old), (second.id, new)]
    folder = graphs_folder(city.settings.home)
    assert {one.name for one in folder.iterdir() if one.is_dir()} == {old, new}
    assert times(city, first.id).size, "what is published may be taken back"

    city.run("DELETE FROM ops.release WHERE id = :release", release=first.id)
    city.load(annuaire(city.folder, LATER, [activity("810000000001", GP, AWAY)]))
    stray = folder / ("0" * 64)
    stray.mkdir()
    for gone in (folder / old, stray):
        os.utime(gone, (0, 0))
    city.release()
    assert graphs(city) == [new]
    assert {one.name for one in folder.iterdir() if one.is_dir()} == {new}
    assert city.one("SELECT count(DISTINCT graph_id) FROM network.origins") == 1


def test_streets_that_are_gone_are_told_and_the_release_is_published(city: Store) -> None:
    bad = city.folder / "vide.osm.pbf"
    shutil.copy(streets(city.folder), bad)
    city.load(bad, DAY)
    [kept] = city.settings.files.rglob("*-vide.osm.pbf")
    kept.unlink()
    done = publish_newest(city.engine, city.settings, accept=True)
    assert done.shown
    assert "Ses temps de trajet manquent : Le fichier « vide.osm.pbf »" in done.told()
    with city.engine.connect() as connection:
        told = account(connection, NOW, 400).problems
        assert [one.key for one in told if "temps de trajet" in one.title] == ["travel"]
        found = {one.key: one for one in problems(connection, city.settings, NOW)}
    assert "observatoire release build" in str(found["travel"].detail)
    with pytest.raises(GraphError, match="n'ont pas été calculés"):
        times(city, done.id)

    shutil.copy(bad, kept)
    assert build_release(city.engine, settings=city.settings).lacking is None
    assert times(city, done.id).size
    with city.engine.connect() as connection:
        assert "travel" not in {one.key for one in problems(connection, city.settings, NOW)}


def test_a_cut_extract_keeps_no_release_back(city: Store) -> None:
    path = streets(city.folder)
    city.load(path, DAY)
    [kept] = city.settings.files.rglob("*-ville.osm.pbf")
    kept.write_bytes(path.read_bytes()[:300])
    built = build_release(city.engine, settings=city.settings)
    assert built.fresh
    assert built.lacking
    assert graphs(city) == []
    assert not list(graphs_folder(city.settings.home).glob(".building-*"))


def test_a_damaged_graph_is_built_again(city: Store) -> None:
    city.load(streets(city.folder), DAY)
    release = city.release()
    [fingerprint] = graphs(city)
    tile = next((graphs_folder(city.settings.home) / fingerprint).rglob("*.gph"))
    tile.write_bytes(b"")
    assert complete_release(city.engine, city.settings, release.id) is None
    assert graphs(city) == [fingerprint]
    assert tile.stat().st_size
    assert tasks(city)[2:] == [("graph", "done"), ("times", "unchanged")]


def test_without_streets_nothing_is_asked_and_nothing_is_told(city: Store) -> None:
    assert build_release(city.engine, settings=city.settings).lacking is None
    assert tasks(city) == []
    assert city.rows("SELECT 1 FROM network.release_graph") == []
