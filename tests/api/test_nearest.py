"""The nearest places of practice, asked of a town drawn with a ruler."""

import numpy as np
import pytest
from grid_streets import LANE

from app.indicators.nearest import nearest_places
from app.travel.search import StreetSearch

PATH = "/api/v1/nearest"
HERE = {"lon": -3.302, "lat": 46.405}
ASKED = {**HERE, "profession": "medecin_generaliste", "mode": "walk"}


def get(client, **changed):
    return client.get(PATH, params={**ASKED, **changed})


def test_the_nearest_places_come_in_order_with_time_and_distance(served_town, served_client):
    answer = get(served_client).json()
    sites = served_town.city.sites
    assert [(item["rank"], item["site_id"]) for item in answer["items"]] == [
        (1, sites["house"]), (2, sites["street"])
    ]  # fmt: skip
    near, far = answer["items"]
    assert near["minutes"] < far["minutes"]
    # 0.003 degrees of longitude at this latitude; nobody walks in a straight line faster than 5.1 km/h.
    assert near["straight_m"] == pytest.approx(231, abs=2)
    assert near["minutes"] >= near["straight_m"] / (5.1 / 3.6) / 60 * 0.8
    assert (near["headcount"], far["headcount"]) == (3, 1)
    assert (answer["n"], answer["count"], answer["limit_minutes"]) == (3, 2, 30)
    assert 0 <= answer["snap_m"] < 60


def test_fewer_can_be_asked_and_other_modes(served_town, served_client):
    assert [item["rank"] for item in get(served_client, n=1).json()["items"]] == [1]
    walk, bike = (get(served_client, mode=mode).json()["items"][1]["minutes"] for mode in ("walk", "bike"))
    assert bike < walk


def test_geojson_has_a_point_for_each_place(served_client):
    items = get(served_client).json()["items"]
    features = get(served_client, format="geojson").json()["features"]
    assert [feature["properties"] for feature in features] == items
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [items[0]["lon"], items[0]["lat"]]}


@pytest.mark.parametrize(
    ("changed", "status", "told"),
    [
        ({"lon": 46.405, "lat": -3.302}, 422, "échangées"),
        ({"lon": 2.35, "lat": 48.85}, 422, "hors de ce que couvre le graphe"),
        ({"lon": LANE[0], "lat": LANE[1]}, 422, "Aucune rue"),
        ({"lon": "nan"}, 422, "lon"),
        ({"n": "0"}, 422, "n"),
        ({"profession": "medecin"}, 422, "n'existe pas"),
        ({"mode": "plane"}, 422, "plane"),
    ],
)
def test_what_cannot_be_answered_says_why(served_client, changed, status, told):
    answer = get(served_client, **changed)
    assert answer.status_code == status
    assert told in answer.json()["detail"]


def test_without_a_graph_the_answer_says_how_to_have_one(client):
    answer = get(client)
    assert answer.status_code == 503
    assert "observatoire graph build" in answer.json()["hint"]


@pytest.mark.parametrize("mode", ["walk", "car"])
def test_a_search_that_widens_finds_what_the_widest_finds(served_town, mode):
    search = StreetSearch(served_town.town.graph.streets(), mode)
    corners = np.array([(-3.31 + 0.0008 * rank, 46.398 + 0.0005 * rank) for rank in range(30)])
    point, places = search.snap(corners[:1]), search.snap(corners)
    widest = search.times(places, point, 1_800).toarray()[:, 0]
    reached = np.flatnonzero(widest)
    order = reached[np.lexsort((reached, widest[reached]))]
    for most in (1, 5, 30):
        found = nearest_places(search, point, places, most)
        assert found.place.tolist() == order[:most].tolist()
        assert (found.minutes * 60).round().tolist() == widest[order[:most]].tolist()


def test_a_profession_that_practises_nowhere_has_no_nearest_place(served_town):
    search = StreetSearch(served_town.town.graph.streets(), "walk")
    found = nearest_places(
        search, search.snap(np.array([(-3.302, 46.405)])), search.snap(np.zeros((0, 2))), 3
    )
    assert len(found.place) == len(found.minutes) == 0


def test_the_way_by_the_streets_is_as_long_as_its_time_and_never_shorter_than_the_crow_flies(served_client):
    answer = get(served_client, n=2).json()
    assert answer["items"]
    for item in answer["items"]:
        # On foot everybody goes at 5.1 km/h and waits nowhere.
        assert item["street_m"] == pytest.approx(item["minutes"] * 60 * 5.1 / 3.6, abs=3)
        assert item["street_m"] + 2 * 60 >= item["straight_m"]


def test_the_command_gives_the_bytes_of_the_api(command, served_town, served_client):
    options = ("--profession", "medecin_generaliste", "--lon", "-3.302", "--lat", "46.405", "--n", "2")
    done = command(served_town, "nearest", *options)
    assert done.code == 0, done.err
    assert done.out == get(served_client, n=2).content
