"""Public transport wherever people travel, on a town drawn with a ruler and one bus every half hour."""

import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from grid_streets import Town, build_town, write_squares
from pydantic import SecretStr
from small_city import write_city
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.api.main import create_app
from app.indicators.cells import store_splits
from app.settings import Settings
from app.travel.searching import search_on
from app.travel.times import complete_times
from app.travel.timetable import read_timetable

PEOPLE = [100.0, 200.0, 400.0]
EAST = {"lon": -3.287, "lat": 46.405}  # the squares and the practices are a kilometre and more to the west
TUESDAY, WEDNESDAY, SATURDAY = "2025-11-04", "2025-11-12", "2025-11-15"
WALK, RIDE = {"mode": "walk"}, {"mode": "transit"}
GP = {"profession": "medecin_generaliste"}
ROUTES = {
    "isochrones": {**EAST, "minutes": "10,20"},
    "nearest": {**EAST, **GP},
    "coverage": {**GP, "level": "iris", "minutes": 10},
    "access-times": {**GP, "level": "iris"},
    "accessibility": {**GP, "level": "iris", "preset": "2sfca"},
}


def feed(folder: Path) -> Path:
    """Write one bus line, west at 8:00, 8:30 and so on, back ten minutes later, on weekdays."""
    hours = [(hour, half) for hour in range(7, 11) for half in (0, 30)]
    calls = [
        f"{way}{hour}{half},{stop},{rank},{hour:02d}:{half + minute:02d}:00,{hour:02d}:{half + minute:02d}:00"
        for hour, half in hours
        for way, stops in (("w", (("E", 0), ("W", 3))), ("e", (("W", 10), ("E", 13))))
        for rank, (stop, minute) in enumerate(stops)
    ]
    trips = [f"1,SEM,{way}{hour}{half}" for hour, half in hours for way in "we"]
    week = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"
    tables = {
        "agency": ["agency_name,agency_timezone", "Bus,Europe/Paris"],
        "routes": ["route_id,route_type", "1,3"],
        "stops": ["stop_id,stop_lat,stop_lon", "E,46.405,-3.2872", "W,46.405,-3.3026"],
        "calendar": [f"service_id,{week},start_date,end_date", "SEM,1,1,1,1,1,0,0,20251103,20251121"],
        "trips": ["route_id,service_id,trip_id", *trips],
        "stop_times": ["trip_id,stop_id,stop_sequence,arrival_time,departure_time", *calls],
    }
    path = folder / "bus.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, lines in tables.items():
            archive.writestr(f"{name}.txt", "\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def town(clone_database, tmp_path_factory) -> Town:
    url, folder = clone_database(), tmp_path_factory.mktemp("bus")
    city = write_city(url)
    write_squares(url, city, PEOPLE)
    made = build_town(folder, url, read_timetable(feed(folder), max_bytes=1_000_000))
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        store_splits(connection, city.releases["new"])
        for mode in ("walk", "transit"):
            complete_times(connection, search_on(made.graph, mode), 1, city.releases["new"])
    engine.dispose()
    return made


def app_of(town: Town, **changed):
    secret = SecretStr(town.url)
    return create_app(
        Settings(home=town.home, database_url=secret, log_format="text", threads=4, _env_file=None, **changed)
    )


@pytest.fixture(scope="module")
def asked(town, client):
    """Return a client of the API on the town."""
    with type(client)(app_of(town), raise_server_exceptions=False) as opened:
        yield opened


def get(asked, path, **params):
    return asked.get(f"/api/v1/{path}", params={**ROUTES[path], **params})


@pytest.mark.parametrize("path", ROUTES)
def test_the_usual_departure_is_told_and_another_ordinary_day_answers_the_same(asked, path):
    usual, other = get(asked, path, **RIDE), get(asked, path, **RIDE, departure=WEDNESDAY)
    assert (usual.status_code, other.status_code) == (200, 200)
    assert usual.json()["departure"] == {"day": TUESDAY, "earliest": "08:00", "latest": "09:00"}
    assert other.json()["departure"]["day"] == WEDNESDAY
    assert "entre 8 h et 9 h" in usual.json()["title"]
    # What is kept, and what is searched now for a day like it.
    assert usual.json()["items"] == other.json()["items"]


@pytest.mark.parametrize("path", ["inequalities", "needs"])
def test_what_is_compared_between_territories_tells_the_usual_departure_too(asked, path):
    params = {**GP, "level": "iris", "of": "access_time"}
    by_bus, walked = (asked.get(f"/api/v1/{path}", params={**params, **how}) for how in (RIDE, WALK))
    assert (by_bus.status_code, walked.status_code) == (200, 200), by_bus.text
    assert by_bus.json()["departure"] == {"day": TUESDAY, "earliest": "08:00", "latest": "09:00"}
    assert walked.json()["departure"] is None
    assert "transports en commun" in by_bus.json()["what"]


def _without_length(item):
    return {name: value for name, value in item.items() if name != "street_m"}


@pytest.mark.parametrize("path", ROUTES)
def test_a_day_without_a_bus_is_like_walking(asked, path):
    still, walked = get(asked, path, **RIDE, departure=SATURDAY).json(), get(asked, path, **WALK).json()
    assert walked["departure"] is None
    # In public transport the way is no one street: its length is not told.
    assert [_without_length(item) for item in still["items"]] == [
        _without_length(item) for item in walked["items"]
    ]


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({**RIDE, "departure": "2026-11-22"}, "s'arrêtent au 21/11/2025"),
        ({**RIDE, "departure": "2025-10-31T08:00"}, "ne commencent que le 03/11/2025"),
        ({**RIDE, "departure": "demain"}, "n'est pas un départ"),
        ({**RIDE, "departure": "2025-11-12T25:00"}, "n'est pas un départ"),
        ({**WALK, "departure": WEDNESDAY}, "ne se donne qu'en transports en commun"),
    ],
)
def test_a_departure_that_cannot_be_is_refused_by_name(asked, path, params, told):
    answer = get(asked, path, **params)
    assert (answer.status_code, answer.json()["parameter"]) == (422, "departure")
    assert told in answer.json()["detail"]


def test_the_bus_brings_the_quarter_to_the_doctors_and_missing_it_does_not(asked):
    reached = {
        clock: get(asked, "isochrones", **RIDE, **GP, departure=f"{WEDNESDAY}T{clock}").json()["items"][0]
        for clock in ("07:58", "08:01")
    }
    walked = get(asked, "isochrones", **WALK, **GP).json()["items"][0]
    assert reached["07:58"]["population"] > walked["population"] == reached["08:01"]["population"]
    assert reached["07:58"]["headcount"] > walked["headcount"]
    near = {
        clock: get(asked, "nearest", **RIDE, departure=f"{WEDNESDAY}T{clock}").json()["items"][-1]["minutes"]
        for clock in ("07:58", "08:01")
    }
    assert near["08:01"] > near["07:58"] + 2, "the furthest of them, on foot then"


def test_a_project_is_measured_for_a_departure(asked):
    covered = [
        sum(
            item["covered"]
            for item in asked.post(
                "/api/v1/coverage",
                params={"level": "iris", "minutes": 10, **RIDE, "departure": f"{day}T08:07"},
                json={"points": [EAST]},
            ).json()["items"]
        )
        for day in (WEDNESDAY, SATURDAY)
    ]
    assert covered[0] > covered[1] == 0, "people of the west come by the bus of ten past eight"


def test_areas_are_walked_from_the_stops_without_any_routing_process(asked, town, client):
    assert get(asked, "isochrones", **RIDE, departure=f"{WEDNESDAY}T07:50").status_code == 200
    assert asked.app.state.routing.pids() == []
    with type(client)(app_of(town, routing_timeout_s=1e-4), raise_server_exceptions=False) as hasty:
        assert get(hasty, "isochrones", **RIDE).status_code == 200


def test_a_graph_without_a_timetable_says_how_to_give_it_one(served_client):
    for path in ROUTES:
        answer = get(served_client, path, **RIDE)
        assert (answer.status_code, answer.json()["title"]) == (503, "Graphe indisponible")
        assert "--gtfs" in answer.json()["hint"]


def test_the_command_line_gives_the_bytes_of_the_api(asked, town, command):
    options = ("--mode", "transit", "--departure", f"{WEDNESDAY}T07:58", "--minutes", "10,20")
    done = command(SimpleNamespace(town=town), "isochrone", "--lon", -3.287, "--lat", 46.405, *options)
    assert done.out == get(asked, "isochrones", **RIDE, departure=f"{WEDNESDAY}T07:58").content
