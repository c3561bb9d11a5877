"""Who has care within reach, asked of a town drawn with a ruler."""

import csv
import io
import json

import pytest
import shapely
from served_town import LOST, PEOPLE
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.api import served
from app.api.asked_access import CoverageQuery
from app.api.coverage import coverage_list
from app.api.covered_area import check_number
from app.api.departing import travel_of
from app.api.searches import Searches
from app.api.served import PeopleShelf
from app.api.snapshot import snapshot
from app.errors import ParameterError
from app.indicators.cells import store_splits

PATH = "/api/v1/coverage"
ASKED = {"profession": "medecin_generaliste", "mode": "walk", "level": "iris", "minutes": "3"}


def get(client, **changed):
    return client.get(PATH, params={**ASKED, **changed})


def by_code(answer):
    return {item["code"]: item for item in answer.json()["items"]}


def test_people_of_an_iris_are_covered_or_not_by_their_square(served_client):
    # c0 (100 people) is at less than 3 minutes of the house, c1 (200) is not.
    iris = by_code(get(served_client))["001010101"]
    assert (iris["known"], iris["covered"], iris["uncovered"]) == (300, 100, 200)
    assert iris["share"] == pytest.approx(1 / 3, abs=1e-6)
    assert sum(iris["covered_ages"].values()) == pytest.approx(100, abs=0.5)
    assert iris["uncovered_ages"] == dict.fromkeys(iris["uncovered_ages"], 20.0)
    assert (iris["covered_poor_households"], iris["uncovered_poor_households"]) == (10, 20)


def test_the_squares_that_are_not_covered_add_up_to_the_people_who_are_not(served_client):
    answer = get(served_client, level="commune").json()
    missing = sum(cell["people"] for cell in answer["uncovered_cells"])
    assert missing == pytest.approx(sum(item["uncovered"] for item in answer["items"]))
    assert answer["uncovered_cells"][0]["people"] == max(cell["people"] for cell in answer["uncovered_cells"])
    assert all(cell["minutes"] > 3 for cell in answer["uncovered_cells"])


def test_people_near_no_street_are_neither_covered_nor_not(served_client):
    commune = by_code(get(served_client, level="commune"))["00101"]
    assert commune["population"] == sum(PEOPLE) + LOST
    assert commune["known"] == commune["covered"] + commune["uncovered"] == sum(PEOPLE)
    assert "lost" not in {cell["code"] for cell in get(served_client).json()["uncovered_cells"]}


def test_coverage_agrees_with_access_times(served_client):
    for minutes in (5, 10, 15, 20, 30):
        covered = by_code(get(served_client, level="commune", minutes=minutes))
        times = served_client.get(
            "/api/v1/access-times",
            params={"profession": "medecin_generaliste", "mode": "walk", "level": "commune"},
        )
        for item in times.json()["items"]:
            assert item[f"within_{minutes}"] == covered[item["code"]]["share"]


def test_more_minutes_cover_more_and_more_sites_cover_fewer(served_client):
    covered = [by_code(get(served_client, minutes=m))["001010101"]["covered"] for m in (1, 3, 5, 30)]
    assert covered == sorted(covered)
    assert covered[-1] == 300
    counts = [by_code(get(served_client, minutes=30, k=k))["001010101"]["covered_k"] for k in (1, 2, 3)]
    assert counts == [300, 300, 0]


def test_a_quarter_without_a_square_is_unknown(served_client):
    qpv = by_code(get(served_client, level="qpv"))["QN00001M"]
    assert (qpv["known"], qpv["share"], qpv["outside_site_id"]) == (0, None, None)


QUARTER = """
    WITH made AS (
      INSERT INTO territory.territory (source_file_id, level, code, name, geom)
      SELECT source_file_id, 'qpv', 'QN00002M', 'Autre',
             ST_Multi(ST_MakeEnvelope(-3.3, 46.40, -3.29, 46.41, 4326))
      FROM territory.territory WHERE code = 'c0' RETURNING id),
    member AS (INSERT INTO territory.membership SELECT :release, id, '{}' FROM made)
    UPDATE supply.placement SET territories = territories || made.id
    FROM made WHERE release_id = :release AND site_id = :site"""


def test_a_quarter_is_told_the_nearest_practice_outside_it(served_town):
    """A quarter around the last square and the street's practice: only the house is outside."""
    engine = create_engine(served_town.town.url, poolclass=NullPool)
    sites = served_town.city.sites
    with snapshot(engine) as (connection, release):
        connection.execute(text(QUARTER), {"release": release.id, "site": sites["street"]})
        connection.execute(text("DELETE FROM territory.cell_split"))
        store_splits(connection, release.id)
        query = CoverageQuery.model_validate(ASKED | {"level": "qpv"})
        travel = travel_of(connection, release, query, Searches(served_town.town.home).on)
        listed = coverage_list(connection, release, query, "json", shelf=PeopleShelf(), travel=travel)
        connection.rollback()
    engine.dispose()
    (found,) = [item for item in listed.items if item["code"] == "QN00002M"]
    assert found["known"] == PEOPLE[2]
    assert found["outside_site_id"] == sites["house"]
    assert found["outside_minutes"] == found["outside_mean_minutes"] > 3


def test_geojson_and_csv_say_the_same(served_client):
    items = get(served_client).json()["items"]
    features = get(served_client, format="geojson", draw="territories").json()["features"]
    assert [feature["properties"] for feature in features] == items
    lines = list(csv.DictReader(io.StringIO(get(served_client, format="csv").text)))
    assert [float(line["covered"]) for line in lines] == [item["covered"] for item in items]
    assert float(lines[0]["uncovered_0-3"]) == items[0]["uncovered_ages"]["0-3"]


def test_geojson_is_the_area_that_is_covered_in_one_piece_with_its_people(served_client):
    answer = get(served_client, level="commune", format="geojson").json()
    (feature,) = answer["features"]
    area = shapely.from_geojson(json.dumps(feature["geometry"]))
    assert area.is_valid
    assert area.geom_type in {"Polygon", "MultiPolygon"}
    told, listed = feature["properties"], get(served_client, level="commune").json()["items"]
    for name in ("known", "covered", "uncovered"):
        assert told[name] == pytest.approx(sum(item[name] for item in listed), abs=0.1)
    assert told["share"] == pytest.approx(told["covered"] / told["known"], abs=1e-6)
    assert (told["places"], told["places_off_network"]) == (1, 0)
    assert told["area_km2"] > 0
    # The middle of c0 is inside, as its time says; those of c1 and c2 are not.
    assert told["in_area"] == told["covered"] == PEOPLE[0]
    wider = get(served_client, level="commune", format="geojson", minutes=15).json()["features"][0]
    assert shapely.from_geojson(json.dumps(wider["geometry"])).buffer(1e-5).covers(area)


def test_an_area_keeps_to_the_places_that_somebody_of_the_territories_reaches(served_client):
    places = [
        get(served_client, level="commune", format="geojson", minutes=minutes).json()["features"][0][
            "properties"
        ]["places"]
        for minutes in (3, 15)
    ]
    assert places == [1, 2]
    nobody = get(served_client, within="iris:001010102", format="geojson", minutes=1).json()
    (feature,) = nobody["features"]
    assert (feature["geometry"], feature["properties"]["covered"]) == (None, 0)


def test_more_places_than_can_be_drawn_are_refused():
    check_number(500)
    with pytest.raises(ParameterError, match="501 lieux") as told:
        check_number(501)
    assert "draw=territories" in told.value.hint


def test_uncovered_squares_are_drawn_with_their_people(served_client):
    cells = get(served_client, level="commune").json()["uncovered_cells"]
    drawn = get(served_client, level="commune", format="geojson", draw="cells").json()
    assert [feature["properties"] for feature in drawn["features"]] == cells
    assert drawn["count"] == len(cells)


@pytest.mark.parametrize(
    ("changed", "status", "told"),
    [
        ({"minutes": "31"}, 422, "jusqu'à 30 minutes"),
        ({"mode": "bike", "minutes": "21"}, 422, "jusqu'à 20 minutes"),
        ({"minutes": "0"}, 422, "minutes"),
        ({"k": "0"}, 422, "k"),
        ({"mode": "car"}, 503, "n'ont pas été calculés"),
        ({"profession": "medecin"}, 422, "n'existe pas"),
        ({"within": "commune:99999"}, 404, "99999"),
        ({"format": "geojson", "draw": "carte"}, 422, "draw"),
        ({"format": "geojson", "minutes": "31"}, 422, "jusqu'à 30 minutes"),
    ],
)
def test_what_cannot_be_answered_says_why(served_client, changed, status, told):
    answer = get(served_client, **changed)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json()["detail"]


def test_without_a_graph_nobody_is_told_uncovered(client):
    answer = get(client)
    assert answer.status_code == 503
    assert "observatoire graph build" in answer.json()["hint"]


@pytest.mark.parametrize("form", ["json", "geojson", "csv"])
def test_the_command_gives_the_bytes_of_the_api(command, served_town, served_client, form):
    options = ("--profession", "medecin_generaliste", "--level", "commune", "--minutes", "3", "--k", "2")
    done = command(served_town, "coverage", *options, "--format", form)
    assert done.code == 0, done.err
    assert done.out == get(served_client, level="commune", k=2, format=form).content


def test_times_are_read_once_for_every_level_and_limit(served_client, monkeypatch):
    first = get(served_client, level="iris").json()
    monkeypatch.setattr(served, "times_to", lambda *_, **__: pytest.fail("the times were read again"))
    assert get(served_client, level="commune", minutes=7, k=2).status_code == 200
    assert get(served_client, level="iris", minutes=8, k=2).json()["sites"] == first["sites"]
