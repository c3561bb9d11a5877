"""Whom points that somebody draws would serve, asked of a town drawn with a ruler."""

import json

import pytest
import shapely
from grid_streets import LANE
from served_town import PEOPLE

from app.cli.points import read_points_file
from app.errors import ParameterError

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
    features = post(served_client, [HOUSE], format="geojson", draw="territories").json()["features"]
    assert [feature["properties"] for feature in features] == items
    table = post(served_client, [HOUSE], format="csv").text.splitlines()
    assert len(table) == len(items) + 1
    assert "outside" not in table[0]


def test_points_are_drawn_as_one_valid_area_with_whom_they_cover(served_client):
    answer = post(served_client, [HOUSE, {"lon": LANE[0], "lat": LANE[1]}, STREET], format="geojson").json()
    (feature,) = answer["features"]
    area = shapely.from_geojson(json.dumps(feature["geometry"]))
    assert area.is_valid
    assert shapely.contains_xy(area, HOUSE["lon"], HOUSE["lat"])
    assert shapely.contains_xy(area, STREET["lon"], STREET["lat"])
    assert feature["properties"]["places"] == 2
    assert [point["index"] for point in answer["refused"]] == [1]
    items = post(served_client, [HOUSE, STREET]).json()["items"]
    assert feature["properties"]["covered"] == pytest.approx(sum(item["covered"] for item in items), abs=0.1)
    cells = post(served_client, [HOUSE], format="geojson", draw="cells").json()["features"]
    assert [one["properties"] for one in cells] == post(served_client, [HOUSE]).json()["uncovered_cells"]


TABLE = "id;lon;lat\nmaison;-3,305;46,405\nrue;-3,295;46,405\nailleurs;;46\n"
FEATURES = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "id": one["id"], "properties": {}, "geometry": geometry}
        for one, geometry in (
            (HOUSE, {"type": "Point", "coordinates": [HOUSE["lon"], HOUSE["lat"]]}),
            (STREET, {"type": "Point", "coordinates": [STREET["lon"], STREET["lat"]]}),
            ({"id": "ailleurs"}, {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}),
        )
    ],
}


@pytest.mark.parametrize("form", ["csv", "geojson"])
def test_the_command_reads_points_of_a_file_and_gives_the_bytes_of_the_api(
    command, served_town, served_client, tmp_path, form
):
    path = tmp_path / f"projet.{form}"
    path.write_text(TABLE if form == "csv" else json.dumps(FEATURES), encoding="utf-8")
    options = ("--points", path, "--minutes", "3", "--format", "json" if form == "csv" else "geojson")
    done = command(served_town, "coverage", *options)
    assert done.code == 0, done.err
    points = [HOUSE, STREET, {"id": "ailleurs", "lon": "" if form == "csv" else None, "lat": 46.0}]
    if form == "geojson":
        points[2] = {"id": "ailleurs"}
    asked = post(served_client, points, format=options[-1])
    assert done.out == asked.content
    assert [one["id"] for one in asked.json()["refused"]] == ["ailleurs"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("vide.csv", "", "n'a pas de colonnes lon et lat"),
        ("autre.csv", "x;y\n1;2\n", "n'a pas de colonnes lon et lat"),
        ("autre.geojson", '{"type": "FeatureCollection"}', "n'a pas de liste"),
        ("autre.json", "rien", "n'est pas du JSON"),
        ("vide.json", '{"points": []}', "vide"),
    ],
)
def test_a_file_without_points_is_refused(tmp_path, name, content, told):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ParameterError, match=told):
        read_points_file(tmp_path / name)
    with pytest.raises(ParameterError, match="ne se lit pas"):
        read_points_file(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("points", "changed", "told"),
    [
        ([], {}, "vide"),
        ([HOUSE] * 501, {}, "au plus 500"),
        ([HOUSE] * 10_000, {}, "10000 points"),
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


def test_a_profession_or_points_are_asked_for_and_not_both(command, served_town, tmp_path):
    for options in ((), ("--profession", "infirmier", "--points", tmp_path / "p.csv")):
        done = command(served_town, "coverage", *options)
        assert done.code == 1
        assert "--points FICHIER, et pas les deux" in done.err
