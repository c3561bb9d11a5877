"""A graph that is missing, old or damaged: what needs it says so, what does not still answers."""

import json
import shutil

import pytest
from served_town import PEOPLE

from app.api.main import create_app
from app.travel.graph import MANIFEST, graphs_folder
from app.travel.streets import FILE_NAME

COVERAGE = {"profession": "medecin_generaliste", "mode": "walk", "level": "commune", "minutes": "3"}
NEAREST = {"profession": "medecin_generaliste", "mode": "walk", "lon": "-3.302", "lat": "46.405"}
POINTS = {"points": [{"lon": -3.305, "lat": 46.405}]}


def old(folder):
    said = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(said | {"valhalla_version": "3.1.0"}))


def noisy(folder):
    (folder / FILE_NAME).write_bytes(b"\x00" * 500)


def cut(folder):
    tile = next(folder.rglob("*.gph"))
    tile.write_bytes(tile.read_bytes()[:100])


@pytest.fixture(params=[shutil.rmtree, old, noisy, cut], ids=["missing", "old", "noisy", "cut"])
def spoilt(request, served_town, client, tmp_path):
    """Return a client of the API on the town, whose graph was spoilt, and how."""
    folder = graphs_folder(tmp_path) / served_town.town.graph.fingerprint
    shutil.copytree(served_town.town.graph.folder, folder)
    request.param(folder)
    settings = served_town.settings().model_copy(update={"home": tmp_path})
    with type(client)(create_app(settings), raise_server_exceptions=False) as opened:
        yield opened, request.param


def test_what_needs_the_streets_is_refused_and_the_rest_answers(spoilt):
    asked, how = spoilt
    project = {name: value for name, value in COVERAGE.items() if name != "profession"}
    refused = [
        asked.post("/api/v1/coverage", params=project, json=POINTS),
        asked.get("/api/v1/nearest", params=NEAREST),
    ]
    # Areas are Valhalla's own: our arrays may be spoilt without it.
    if how is not noisy:
        refused.append(asked.get("/api/v1/coverage", params=COVERAGE | {"format": "geojson"}))
    for answer in refused:
        assert answer.status_code == 503, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert "graphe" in answer.json()["detail"].lower()
        assert "observatoire graph build" in answer.json()["hint"]
    kept = asked.get("/api/v1/coverage", params=COVERAGE)
    assert kept.status_code == 200, "times are in the store"
    assert sum(item["known"] for item in kept.json()["items"]) == sum(PEOPLE)
    assert asked.get("/healthz").status_code == 200


def test_points_of_several_countries_are_told_one_by_one(served_client):
    paris, porto, at_sea = {"lon": 2.35, "lat": 48.86}, {"lon": -8.61, "lat": 41.15}, {"lon": -20, "lat": 45}
    here, turned = POINTS["points"][0], {"lon": 46.405, "lat": -3.305}
    project = {name: value for name, value in COVERAGE.items() if name != "profession"}
    listed = {"points": [paris, here, porto, at_sea, turned]}
    answer = served_client.post("/api/v1/coverage", params=project, json=listed).json()
    assert [point["index"] for point in answer["points"]] == [1]
    assert [point["index"] for point in answer["refused"]] == [0, 2, 3, 4]
    assert all("hors" in point["detail"] for point in answer["refused"][:3])
    assert "échangées" in answer["refused"][3]["detail"]


@pytest.mark.parametrize(
    ("changed", "parameter"),
    [
        ({"mode": "fusee"}, "mode"),
        ({"minutes": "-5"}, "minutes"),
        ({"minutes": "1e9"}, "minutes"),
        ({"minutes": "15,20"}, "minutes"),
        ({"k": "21"}, "k"),
        ({"level": "rue"}, "level"),
    ],
)
def test_a_question_out_of_range_is_refused_by_name(served_client, changed, parameter):
    answer = served_client.get("/api/v1/coverage", params=COVERAGE | changed)
    assert answer.status_code == 422
    assert answer.json()["parameter"] == parameter
