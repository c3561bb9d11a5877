"""Whom points that somebody draws would serve, asked of a town drawn with a ruler."""

import pytest
from grid_streets import LANE
from served_town import PEOPLE

PATH = "/api/v1/coverage"
ASKED = {"mode": "walk", "level": "iris", "minutes": "3"}
HOUSE = {"id": "maison", "lon": -3.305, "lat": 46.405}
STREET = {"id": "rue", "lon": -3.295, "lat": 46.405}


def post(client, points, **changed):
    return client.post(PATH, params={**ASKED, **changed}, json={"points": points})


def test_points_where_a_profession_practises_cover_what_it_covers(served_client):
    for minutes in (1, 3, 5, 15):
        for level in ("iris", "commune", "qpv", "carreau"):
            changed = {"minutes": minutes, "level": level, "k": 2}
            project = post(served_client, [STREET, HOUSE], **changed).json()
            stored = served_client.get(
                PATH, params={**ASKED, **changed, "profession": "medecin_generaliste"}
            ).json()
            for ours, theirs in zip(project["items"], stored["items"], strict=True):
                assert ours == {name: theirs[name] for name in ours}
            assert [cell["code"] for cell in project["uncovered_cells"]] == [
                cell["code"] for cell in stored["uncovered_cells"]
            ]


def test_a_mode_without_kept_times_answers_too(served_client):
    answer = post(served_client, [HOUSE], mode="bike", level="commune").json()
    (commune,) = [item for item in answer["items"] if item["code"] == "00101"]
    assert commune["known"] == sum(PEOPLE)
    assert commune["covered"] >= 300


def test_a_bad_point_spoils_only_itself_and_is_named(served_client):
    answer = post(served_client, [{"id": "voie", "lon": LANE[0], "lat": LANE[1]}, HOUSE, 5]).json()
    assert [(point["index"], point["id"]) for point in answer["points"]] == [(1, "maison")]
    assert [point["index"] for point in answer["refused"]] == [0, 2]
    assert answer["points"][0]["snap_m"] < 60
    alone = post(served_client, [HOUSE]).json()
    assert answer["items"] == alone["items"]


def test_the_order_of_points_changes_no_figure(served_client):
    one, other = (post(served_client, each).json() for each in ([HOUSE, STREET], [STREET, HOUSE]))
    assert one["items"] == other["items"]
    assert one["uncovered_cells"] == other["uncovered_cells"]


def test_geojson_and_csv_say_the_same(served_client):
    items = post(served_client, [HOUSE]).json()["items"]
    features = post(served_client, [HOUSE], format="geojson").json()["features"]
    assert [feature["properties"] for feature in features] == items
    table = post(served_client, [HOUSE], format="csv").text.splitlines()
    assert len(table) == len(items) + 1
    assert "outside" not in table[0]


@pytest.mark.parametrize(
    ("points", "changed", "told"),
    [
        ([], {}, "vide"),
        ([HOUSE] * 501, {}, "au plus 500"),
        ([{"lon": LANE[0], "lat": LANE[1]}], {}, "Aucun des points"),
        ([{"lon": 46.405, "lat": -3.302}], {}, "échangées"),
        ([HOUSE], {"minutes": "31"}, "jusqu'à 30 minutes"),
        ([HOUSE], {"profession": "medecin_generaliste"}, "n'est pas connu"),
    ],
)
def test_what_cannot_be_answered_says_why(served_client, points, changed, told):
    answer = post(served_client, points, **changed)
    assert answer.status_code == 422
    assert told in answer.json()["detail"]
