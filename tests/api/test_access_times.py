"""Times to the nearest practices, asked of a town drawn with a ruler."""

import csv
import io

import pytest
from served_town import LOST, PEOPLE, build_served
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.api.main import create_app

PATH = "/api/v1/access-times"
ASKED = {"profession": "medecin_generaliste", "mode": "walk", "level": "iris"}
WITHIN = ("within_5", "within_10", "within_15", "within_20", "within_30")


@pytest.fixture
def asked(served_client):
    return served_client


def get(asked, **changed):
    return asked.get(PATH, params={**ASKED, **changed})


def by_code(answer):
    return {item["code"]: item for item in answer.json()["items"]}


def test_the_mean_of_an_iris_is_that_of_its_squares_weighted_by_people(asked):
    squares, iris = by_code(get(asked, level="carreau")), by_code(get(asked))["001010101"]
    near, far = squares["c0"]["mean_minutes"], squares["c1"]["mean_minutes"]
    assert 0 < near < far < 5
    assert iris["mean_minutes"] == pytest.approx((near * 100 + far * 200) / 300)
    assert iris["median_minutes"] == far
    assert (iris["population"], iris["known"], iris["beyond"]) == (300, 300, 0)
    assert [iris[name] for name in WITHIN] == [1, 1, 1, 1, 1]


def test_a_commune_counts_the_people_of_all_its_squares_and_tells_those_without_a_street(asked):
    commune = by_code(get(asked, level="commune"))["00101"]
    assert commune["population"] == sum(PEOPLE) + LOST
    assert commune["known"] == sum(PEOPLE)
    lost = by_code(get(asked, level="carreau"))["lost"]
    assert (lost["population"], lost["known"], lost["mean_minutes"]) == (LOST, 0, None)
    assert [lost[name] for name in WITHIN] == [None] * 5


def test_the_second_nearest_is_farther_and_the_third_of_two_is_beyond_for_everybody(asked):
    first, second, third = (by_code(get(asked, n=n))["001010101"] for n in (1, 2, 3))
    assert second["mean_minutes"] > first["mean_minutes"]
    assert (third["beyond"], third["mean_minutes"], third["median_minutes"]) == (300, None, None)
    assert third["median_beyond"]
    assert third["within_30"] == 0


def test_a_territory_without_a_square_is_unknown_not_served(asked):
    other = by_code(get(asked))["001020101"]
    assert (other["population"], other["known"], other["mean_minutes"]) == (1000, 0, None)


def test_the_worst_served_squares_come_first_and_belong_to_the_list(asked):
    worst = get(asked).json()["worst"]
    assert [cell["code"] for cell in worst][-1] == "c0"
    minutes = [cell["minutes"] for cell in worst]
    assert minutes == sorted(minutes, reverse=True)
    within = get(asked, within="iris:001010102").json()
    assert [cell["code"] for cell in within["worst"]] == ["c2"]
    assert [item["code"] for item in within["items"]] == ["001010102"]


def test_the_answer_says_what_was_looked_for_and_who_is_left_out(asked):
    answer = get(asked).json()
    assert answer["title"] == (
        "Médecins généralistes libéraux : temps à pied jusqu'au lieu d'exercice le plus proche, par IRIS, "
        "au 3 novembre 2025"
    )
    assert (answer["sites"], answer["sites_off_network"], answer["unlocated"]) == (2, 0, 3)
    assert (answer["limit_minutes"], answer["n"]) == (30, 1)


def test_geojson_and_csv_say_the_same(asked):
    items = get(asked).json()["items"]
    features = get(asked, format="geojson").json()["features"]
    assert [feature["properties"] for feature in features] == items
    assert features[0]["geometry"]["type"] == "MultiPolygon"
    lines = list(csv.DictReader(io.StringIO(get(asked, format="csv").text)))
    assert [line["mean_minutes"] for line in lines] == [
        "" if item["mean_minutes"] is None else str(item["mean_minutes"]) for item in items
    ]


@pytest.mark.parametrize(
    ("changed", "status", "told"),
    [
        ({"mode": "car"}, 503, "n'ont pas été calculés"),
        ({"profession": "medecin"}, 422, "n'existe pas"),
        ({"n": "0"}, 422, "n"),
        ({"mode": "plane"}, 422, "plane"),
        ({"within": "commune:99999"}, 404, "99999"),
        ({"within": "nowhere:1"}, 422, "nowhere"),
        ({"speed": "3"}, 422, "n'est pas connu"),
    ],
)
def test_what_cannot_be_answered_says_why(asked, changed, status, told):
    answer = get(asked, **changed)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json()["detail"]


def test_times_that_were_not_computed_name_the_command(asked, client):
    assert get(asked, mode="bike").json()["hint"] == "Calculez-les : observatoire graph times"
    none = get(client)
    assert none.status_code == 503
    assert "observatoire graph build" in none.json()["hint"]


def test_a_register_that_was_never_loaded_is_unknown_not_a_desert(clone_database, tmp_path, client):
    served = build_served(tmp_path, clone_database())
    engine = create_engine(served.town.url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(
            text("""DELETE FROM ops.release_input WHERE source_file_id IN
                    (SELECT id FROM ops.source_file WHERE register = 'annuaire')""")
        )
    engine.dispose()
    with type(client)(create_app(served.settings()), raise_server_exceptions=False) as opened:
        answer = get(opened)
    assert (answer.status_code, answer.json()["parameter"]) == (404, "profession")


def test_what_the_client_holds_is_not_sent_again(asked):
    first = get(asked)
    again = asked.get(PATH, params=ASKED, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert get(asked).content == first.content


def test_the_command_gives_the_bytes_of_the_api(command, asked, served_town):
    options = ("--profession", "medecin_generaliste", "--mode", "walk", "--level", "commune", "--n", "2")
    done = command(served_town, "access-times", *options)
    assert done.code == 0, done.err
    assert done.out == get(asked, level="commune", n=2).content
    refused = command(served_town, "access-times", "--profession", "medecin_generaliste", "--n", "0")
    assert refused.code == 1
    assert "« n »" in refused.err
