"""What is within reach of points, asked of a town drawn with a ruler."""

import json
import os
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest
import shapely
from grid_streets import LANE, Town, build_town, write_squares
from pydantic import SecretStr
from small_city import write_city
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.api.main import create_app
from app.settings import Settings

HERE = {"lon": -3.302, "lat": 46.405}
PEOPLE = [100.0, 200.0, 400.0]
PATH = "/api/v1/isochrones"


@pytest.fixture(scope="module")
def town(clone_database, tmp_path_factory) -> Town:
    url = clone_database()
    city = write_city(url)
    write_squares(url, city, PEOPLE)
    return build_town(tmp_path_factory.mktemp("town"), url)


def app_of(town: Town, **changed):
    return create_app(
        Settings(
            home=town.home,
            database_url=SecretStr(town.url),
            log_format="text",
            threads=4,
            _env_file=None,
            **changed,
        )
    )


@pytest.fixture(scope="module")
def asked(town, client):
    """Return a client of the API on the town."""
    with type(client)(app_of(town), raise_server_exceptions=False) as opened:
        yield opened


def get(asked, **changed):
    return asked.get(PATH, params={**HERE, "mode": "walk", "minutes": "5,10,15", **changed})


def post(asked, points, **params):
    return asked.post(PATH, params={"mode": "walk", "minutes": "5,10", **params}, json={"points": points})


def test_one_point_has_its_areas_people_and_practices(asked):
    answer = get(asked, profession="medecin_generaliste").json()
    assert answer["title"] == "À moins de 5, 10 et 15 minutes à pied"
    assert [item["minutes"] for item in answer["items"]] == [5, 10, 15]
    areas = [item["area_km2"] for item in answer["items"]]
    # A walk of 425 m on a square grid covers a diamond of 0.36 km².
    assert areas[0] == pytest.approx(2 * 0.425**2, rel=0.25)
    assert areas == sorted(areas)
    people = [item["population"] for item in answer["items"]]
    assert people == sorted(people)
    assert people[-1] == sum(PEOPLE)
    assert sum(answer["items"][-1]["ages"].values()) == pytest.approx(sum(PEOPLE), abs=1)
    # Persons 1 and 3 at the house, 2 too; 1 also in the street: three people, two places.
    assert (answer["items"][-1]["headcount"], answer["items"][-1]["sites"]) == (3, 2)
    assert answer["unlocated"] == 3
    (point,) = answer["points"]
    assert point["snap_m"] < 60


def test_the_outlines_are_in_geojson_and_nest(asked):
    answer = get(asked, format="geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    outlines = [shapely.from_geojson(json.dumps(each["geometry"])) for each in answer.json()["features"]]
    assert all(shapely.is_valid(outlines))
    assert outlines[0].within(outlines[1].buffer(1e-6))
    assert outlines[1].within(outlines[2].buffer(1e-6))


def test_rings_share_out_the_people_of_the_largest_disk(asked):
    disks, rings = (get(asked, shape=shape).json()["items"] for shape in ("disk", "ring"))
    assert sum(item["population"] for item in rings) == disks[-1]["population"]
    assert sum(item["area_km2"] for item in rings) == pytest.approx(disks[-1]["area_km2"], rel=0.01)
    assert [(item["from_minutes"], item["minutes"]) for item in rings] == [(0, 5), (5, 10), (10, 15)]


def test_the_same_question_however_written_has_the_same_bytes(asked):
    answers = [
        get(asked, minutes="5,10,15"),
        get(asked, minutes="15,5,10"),
        get(asked, lon="-3.3020001", lat="46.40500"),
    ]
    assert len({answer.json()["items"][0]["area_km2"] for answer in answers}) == 1
    assert answers[0].content == answers[1].content
    assert answers[0].headers["etag"] == answers[2].headers["etag"]


def test_what_the_client_holds_is_not_sent_again(asked):
    validator = get(asked).headers["etag"]
    again = asked.get(
        PATH, params={**HERE, "mode": "walk", "minutes": "5,10,15"}, headers={"If-None-Match": validator}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_a_new_graph_of_the_same_release_makes_new_answers(asked, town):
    before = get(asked).headers["etag"]
    engine = create_engine(town.url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(
            text("""INSERT INTO network.graph (fingerprint, file_name, valhalla_version, modes, coverage)
                    SELECT 'absent', file_name, valhalla_version, modes, coverage FROM network.graph""")
        )
    answer = get(asked)
    ready = asked.get("/readyz").json()
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM network.graph WHERE fingerprint = 'absent'"))
    engine.dispose()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "observatoire graph build" in answer.json()["hint"]
    assert (ready["status"], ready["graph"]) == ("ready", None)
    assert "absent" in ready["graph_problem"]
    assert get(asked).headers["etag"] == before
    assert asked.get("/readyz").json()["graph"] == town.graph.fingerprint


REFUSED = [
    ({"lon": 46.405, "lat": -3.302}, "lat", "échangées"),
    ({"lon": 2.35, "lat": 48.85}, "lon", "hors de ce que couvre le graphe"),
    ({"lon": LANE[0], "lat": LANE[1]}, "lon", "ne mènent nulle part"),
    ({"minutes": "0"}, "minutes", "entre 1 et 60"),
    ({"minutes": "5,61"}, "minutes", "entre 1 et 60"),
    ({"minutes": "1,2,3,4,5"}, "minutes", "au plus 4"),
    ({"minutes": "vite"}, "minutes", "nombres entiers"),
    ({"mode": "plane"}, "mode", "plane"),
    ({"shape": "square"}, "shape", "square"),
    ({"lon": "nan"}, "lon", "lon"),
    ({"lat": "91"}, "lat", "lat"),
    ({"profession": "medecin"}, "profession", "n'existe pas"),
    ({"speed": "3"}, "speed", "n'est pas connu"),
]


@pytest.mark.parametrize(("changed", "parameter", "told"), REFUSED)
def test_what_cannot_be_answered_is_refused_by_name(asked, changed, parameter, told):
    answer = get(asked, **changed)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == parameter
    assert told in answer.json()["detail"]


def test_a_point_in_the_water_is_no_small_circle(asked, town):
    streets = town.graph.streets()
    from app.travel.coverage import covered_area

    dry = shapely.multipoints(streets.metres(streets.junctions)).buffer(600)
    water = shapely.difference(
        shapely.transform(covered_area(streets), streets.metres), shapely.convex_hull(dry)
    )
    ((lon, lat),) = streets.degrees(shapely.get_coordinates(shapely.point_on_surface(water)))
    answer = get(asked, lon=lon, lat=lat)
    assert answer.status_code == 422
    assert "à moins de 500 m" in answer.json()["detail"]


def test_a_bad_point_spoils_only_itself_and_is_named(asked):
    points = [
        {"id": "mairie", **HERE},
        {"id": "paris", "lon": 2.35, "lat": 48.85},
        {"lon": LANE[0], "lat": LANE[1]},
        {"id": 7, "lon": "-3.3", "lat": 46.4},
        {"id": "gare", "lon": -3.295, "lat": 46.405},
        5,
    ]
    answer = post(asked, points)
    assert answer.status_code == 200
    body = answer.json()
    assert [(point["index"], point["id"]) for point in body["points"]] == [(0, "mairie"), (4, "gare")]
    assert [(point["index"], point["id"]) for point in body["refused"]] == [
        (1, "paris"), (2, None), (3, 7), (5, None)
    ]  # fmt: skip
    assert all(point["detail"] for point in body["refused"])
    assert [(item["id"], item["minutes"]) for item in body["items"]] == [
        ("mairie", 5), ("mairie", 10), ("gare", 5), ("gare", 10)
    ]  # fmt: skip


def test_each_point_of_many_has_the_answer_it_has_alone(asked):
    many = post(asked, [{"lon": -3.295, "lat": 46.405}, HERE]).json()["items"]
    alone = get(asked, minutes="5,10").json()["items"]
    assert [item | {"index": 0} for item in many if item["index"] == 1] == alone


def test_merged_areas_count_nobody_twice_whatever_the_order(asked):
    points = [HERE, {"lon": -3.3015, "lat": 46.405}, {"lon": -3.2985, "lat": 46.405}]
    one, other = (post(asked, each, merge=True, format="geojson").json() for each in (points, points[::-1]))
    assert one["features"] == other["features"]
    apart = post(asked, points).json()["items"]
    for item in one["features"]:
        minutes = item["properties"]["minutes"]
        alone = [each["population"] for each in apart if each["minutes"] == minutes]
        assert max(alone) <= item["properties"]["population"] <= min(sum(PEOPLE), sum(alone))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "JSON"),
        (b"[1]", "points"),
        (b'{"points": 3}', "points"),
        (b'{"points": [], "more": 1}', "rien d'autre"),
        (b'{"points": []}', "vide"),
        (json.dumps({"points": [HERE] * 501}).encode(), "au plus 500"),
        (json.dumps({"points": [HERE] * 10_000}).encode(), "10000 points"),
        (b" " * (3 << 20), "dépasse 2 Mo"),
        (b"[" * 100_000, "JSON"),
    ],
)
def test_a_list_of_points_that_is_none_is_refused(asked, body, told):
    answer = asked.post(PATH, params={"mode": "walk", "minutes": "5"}, content=body)
    assert (answer.status_code, answer.json()["parameter"]) == (422, "points")
    assert told in answer.json()["detail"]
    assert get(asked).status_code == 200


def test_without_a_graph_the_answer_says_how_to_have_one(client):
    answer = get(client)
    assert (answer.status_code, answer.json()["title"]) == (503, "Graphe indisponible")
    assert "observatoire graph build" in answer.json()["hint"]
    assert client.get("/api/v1/densities?level=iris&profession=pediatre").status_code == 200


def test_a_process_lost_on_every_question_is_a_problem_and_the_rest_still_answers(town, client):
    with type(client)(app_of(town, routing_timeout_s=1e-4), raise_server_exceptions=False) as hasty:
        answer = get(hasty, mode="car")
        assert (answer.status_code, answer.json()["title"]) == (503, "Calcul interrompu")
        assert answer.headers["retry-after"] == "5"
        assert hasty.get("/api/v1/densities?level=iris&profession=pediatre").status_code == 200


def test_a_killed_process_costs_the_reader_nothing(asked):
    get(asked, minutes="7", mode="car")
    (pid, *_) = asked.app.state.routing.pids()
    os.kill(pid, signal.SIGKILL)
    assert get(asked, minutes="8", mode="car").status_code == 200


def test_the_processes_end_with_the_application(town, client):
    app = app_of(town)
    with type(client)(app) as opened:
        assert get(opened, mode="car").status_code == 200
        pids = app.state.routing.pids()
    assert pids
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


@pytest.mark.parametrize("shape", ["disk", "ring"])
def test_the_command_line_gives_the_bytes_of_the_api(asked, town, command, shape, tmp_path):
    options = ("--minutes", "5,10", "--shape", shape, "--format", "geojson", "--profession", "pediatre")
    told = {"minutes": "5,10", "shape": shape, "format": "geojson", "profession": "pediatre"}
    one = command(
        SimpleNamespace(town=town), "isochrone", "--lon", HERE["lon"], "--lat", HERE["lat"], *options
    )
    assert one.out == get(asked, **told).content
    points = [HERE, {"id": "x", "lon": 2, "lat": 48}]
    listed = tmp_path / "points.json"
    listed.write_text(json.dumps({"points": points}))
    many = command(SimpleNamespace(town=town), "isochrone", "--points", listed, *options)
    assert many.out == post(asked, points, **told).content


def test_the_command_line_refuses_in_words(town, command):
    def code(*options):
        return command(SimpleNamespace(town=town), "isochrone", *options).code

    backwards = command(SimpleNamespace(town=town), "isochrone", "--lon", 46.4, "--lat", -3.3)
    assert backwards.code == 1
    assert "échangées" in backwards.err
    assert code("--lat", 3) == 1
    assert code("--points", "nowhere.json") == 1
    assert code("--lon", 46.4, "--lat", -3.3, "--mode", "plane") == 2
