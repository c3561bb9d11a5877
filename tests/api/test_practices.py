"""Places of practice: where, how many, never who."""

import csv
import io
import json

import pytest

from app.api.schemas.practices import PracticeList

DOCTORS = "/api/v1/practices?profession=medecin_generaliste"


def by_site(client, city, address):
    names = {number: key for key, number in city.sites.items()}
    body = client.get(address).json()
    return {names[item["site_id"]]: item for item in body["items"]}, body


def test_one_line_a_site_and_profession_with_distinct_people(client, city):
    found, body = by_site(client, city, DOCTORS)
    PracticeList.model_validate(body)
    assert {key: item["practitioners"] for key, item in found.items()} == {
        "house": 3,
        "street": 1,
        "town_a": 2,
        "town_b": 1,
        "departement": 1,
    }
    house = found["house"]
    assert (house["lon"], house["lat"], house["address"]) == (-3.305, 46.405, "3 B R DES ESSAIS")
    assert (house["town"], house["location_class"]) == ("00100 ALPHA", "housenumber")


def test_a_place_known_no_better_than_its_commune_has_no_coordinates(client, city):
    found, body = by_site(client, city, DOCTORS)
    assert (found["town_a"]["lon"], found["town_a"]["lat"]) == (None, None)
    assert body["unlocated"] == 3


def test_geojson_holds_located_places_only(client):
    body = json.loads(client.get(f"{DOCTORS}&format=geojson").content)
    assert [feature["geometry"]["coordinates"] for feature in body["features"]] == [
        [-3.305, 46.405],
        [-3.295, 46.405],
    ]
    assert body["unlocated"] == 3


def test_ambulatory_adds_salaried_people_of_centres_and_nobody_else(client, city):
    found, _ = by_site(client, city, f"{DOCTORS}&scope=ambulatory")
    assert found["house"]["practitioners"] == 4


@pytest.mark.parametrize(
    ("within", "sites", "unlocated"),
    [
        ("commune:00101", {"house", "street", "town_a"}, 2),
        ("commune:00102", {"town_b"}, 1),
        ("departement:00", {"house", "street", "town_a", "town_b", "departement"}, 3),
        ("iris:001010101", {"house"}, 2),
        ("qpv:QN00001M", set(), 2),
    ],
)
def test_within_keeps_the_places_inside_and_tells_who_may_be(client, city, within, sites, unlocated):
    found, body = by_site(client, city, f"{DOCTORS}&within={within}")
    assert set(found) == sites
    assert body["unlocated"] == unlocated


def test_a_frame_keeps_located_places_inside_it(client, city):
    found, body = by_site(client, city, f"{DOCTORS}&bbox=-3.306,46.40,-3.300,46.41")
    assert set(found) == {"house"}
    assert body["bbox"] == "-3.306,46.40,-3.300,46.41"


def test_establishments_are_those_open_on_the_day_of_their_own_register(client, city):
    found, body = by_site(client, city, "/api/v1/practices?profession=pharmacie")
    assert set(found) == {"house", "street"}
    assert found["street"]["site_name"] == "PHARMACIE 2"
    assert body["scope"] is None


def test_establishments_are_not_called_practitioners(client, city):
    shops, body = by_site(client, city, "/api/v1/practices?profession=pharmacie")
    PracticeList.model_validate(body)
    assert (shops["house"]["practitioners"], shops["house"]["establishments"]) == (None, 1)
    doctors, _ = by_site(client, city, DOCTORS)
    assert (doctors["house"]["practitioners"], doctors["house"]["establishments"]) == (3, None)


@pytest.mark.parametrize("form", ["json", "geojson", "csv"])
def test_a_place_without_a_finess_number_is_not_named(client, form):
    assert "Cabinet" not in client.get(f"{DOCTORS}&format={form}").text


def test_a_place_with_a_finess_number_is_named(client, city):
    found, _ = by_site(client, city, DOCTORS)
    assert found["house"]["site_name"] == '=HYPERLINK("x")'
    assert found["street"]["site_name"] is None


def test_without_a_profession_every_one_is_listed(client):
    body = client.get("/api/v1/practices").json()
    assert {item["profession"] for item in body["items"]} == {"medecin_generaliste", "pharmacie"}


def test_a_cut_list_says_so(client):
    body = client.get(f"{DOCTORS}&limit=1").json()
    assert (body["count"], body["truncated"], body["limit"]) == (1, True, 1)
    assert client.get(DOCTORS).json()["truncated"] is False


def test_a_spreadsheet_runs_nothing(client):
    rows = list(csv.DictReader(io.StringIO(client.get(f"{DOCTORS}&format=csv").text)))
    assert rows[0]["site_name"] == '\'=HYPERLINK("x")'
    assert rows[0]["lon"] == "-3.305"


def test_places_agree_with_the_published_counts(client):
    body = client.get(f"{DOCTORS}&within=commune:00101").json()
    commune = client.get("/api/v1/territories/commune/00101").json()["densities"][0]
    assert body["unlocated"] == commune["unlocated"]
    assert len({item["site_id"] for item in body["items"]}) == commune["sites"]


def test_a_day_of_the_past_shows_who_practised_then(client, city):
    found, body = by_site(client, city, f"{DOCTORS}&at=2025-05-31")
    PracticeList.model_validate(body)
    assert found["house"]["practitioners"] == 4
    assert (body["at"], body["vintages"]) == ("2025-05-31", {"annuaire": "2025-05-01"})
    now, today = by_site(client, city, f"{DOCTORS}&at=2025-11-03")
    assert now["house"]["practitioners"] == 3
    assert today["vintages"] == {"annuaire": "2025-11-03"}
    assert by_site(client, city, DOCTORS)[1]["at"] is None


def test_between_two_vintages_the_older_one_is_in_force(client, city):
    found, _ = by_site(client, city, f"{DOCTORS}&at=2025-11-02")
    assert found["house"]["practitioners"] == 4


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("profession=medecin_generaliste&at=2025-04-30", "à partir du 01/05/2025"),
        ("profession=pharmacie&at=2025-08-31", "à partir du 01/09/2025"),
        ("at=2025-05-01", "établissements ne sont connus qu'à partir du 01/09/2025"),
        ("profession=medecin_generaliste&at=2025-11-04", "jusqu'au 03/11/2025"),
    ],
)
def test_a_day_that_no_vintage_covers_is_refused_with_the_one_to_ask(client, query, said):
    answer = client.get(f"/api/v1/practices?{query}")
    assert answer.status_code == 422
    assert answer.json()["parameter"] == "at"
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    "day", ["hier", "2025-13-01", "20250501", "1746057600", "2025-05-01T10:00", "2025-5-1"]
)
def test_a_day_that_is_none_is_refused_in_french(client, day):
    answer = client.get(f"{DOCTORS}&at={day}")
    assert answer.status_code == 422
    assert answer.json()["detail"] == "Le paramètre « at » doit être une date, AAAA-MM-JJ."


@pytest.mark.parametrize(
    "box", ["1,2,3", "a,b,c,d", "nan,0,1,1", "0,0,inf,1", "3,0,1,1", "-181,0,1,1", "0,50,1,49", "0,0,1,1,2"]
)
def test_a_frame_that_is_none_is_refused(client, box):
    answer = client.get(f"{DOCTORS}&bbox={box}")
    assert answer.status_code == 422
    assert answer.json()["parameter"] == "bbox"


@pytest.mark.parametrize(("query", "parameter"), [("limit=0", "limit"), ("limit=1000001", "limit")])
def test_limits_are_bounded(client, query, parameter):
    answer = client.get(f"{DOCTORS}&{query}")
    assert answer.status_code == 422
    assert answer.json()["parameter"] == parameter


@pytest.mark.parametrize(
    "address",
    [
        DOCTORS,
        f"{DOCTORS}&format=geojson",
        f"{DOCTORS}&format=csv",
        "/api/v1/practices?scope=ambulatory",
        "/api/v1/sources",
        "/api/v1/territories/commune/00101",
    ],
)
def test_no_answer_ever_holds_a_person_s_name(client, address):
    text = client.get(address).text
    assert "QUENOUILLARD" not in text
    assert "Anatole" not in text


def test_a_place_tells_how_many_are_of_each_known_sector_and_null_where_nobody_is_known(client, city):
    found, body = by_site(client, city, DOCTORS)
    assert found["house"]["convention"] == {"secteur_1": 1, "secteur_2_optam": 1}
    assert found["house"]["practitioners"] == 3
    assert found["town_a"]["convention"] is None
    assert body["convention"] is None
    shops, _ = by_site(client, city, "/api/v1/practices?profession=pharmacie")
    assert shops["house"]["convention"] is None


def test_one_sector_asked_shows_its_people_alone(client, city):
    found, body = by_site(client, city, f"{DOCTORS}&convention=secteur_1")
    PracticeList.model_validate(body)
    assert {key: item["practitioners"] for key, item in found.items()} == {"house": 1, "street": 1}
    assert (body["convention"], body["unlocated"]) == ("secteur_1", 0)
    everyone = client.get("/api/v1/practices?convention=secteur_1").json()
    assert {item["profession"] for item in everyone["items"]} == {"medecin_generaliste"}


def test_sectors_are_those_of_the_published_release(client, city):
    assert by_site(client, city, f"{DOCTORS}&convention=non_conventionne")[0] == {}


def test_a_spreadsheet_has_the_sectors_in_one_cell(client):
    rows = list(csv.DictReader(io.StringIO(client.get(f"{DOCTORS}&format=csv").text)))
    assert rows[0]["convention"] == "secteur_1:1 secteur_2_optam:1"
    assert rows[-1]["convention"] == ""


def test_nothing_is_known_of_the_sectors_of_another_day(client, city):
    found, _ = by_site(client, city, f"{DOCTORS}&at=2025-05-31")
    assert {item["convention"] for item in found.values()} == {None}
    same, _ = by_site(client, city, f"{DOCTORS}&at=2025-11-03")
    assert same["house"]["convention"] is not None


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("profession=pharmacie&convention=secteur_1", "Un établissement n'a pas de secteur conventionnel."),
        ("at=2025-09-02&convention=secteur_1", "n'est connu que pour l'offre de la version publiée"),
        ("convention=secteur_9", "convention"),
    ],
)
def test_a_sector_that_cannot_be_asked_is_refused(client, query, said):
    answer = client.get(f"/api/v1/practices?{query}")
    assert answer.status_code == 422
    assert answer.json()["parameter"] == "convention"
    assert said in answer.json()["detail"]
