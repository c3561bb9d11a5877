"""Counts over the vintages, age classes and portraits of a city whose registers were loaded for real."""

import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from small_registers import GP, activity, annuaire, at, ban, communes, finess, iris, iris_population
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from starlette.exceptions import StarletteDeprecationWarning
from store import Store

from app.api.main import create_app
from app.db.roles import READER_ROLE

with warnings.catch_warnings():
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from starlette.testclient import TestClient

DAYS = (date(2023, 1, 1), date(2024, 1, 1), date(2025, 1, 1))
WEST, EAST = "001010101", "001010102"
# Streets of the western IRIS and of the eastern one.
MOLE, PHARE = at("1", "DU MOLE"), at("1", "DU PHARE")


def doctor(number: int, place: dict[str, str]) -> dict[str, str]:
    return activity(f"8100000000{number:02d}", GP, place)


VINTAGES = (
    [doctor(1, MOLE), doctor(2, MOLE), doctor(3, PHARE)],
    # The second moves east, five arrive in the west, the third leaves.
    [doctor(1, MOLE), doctor(2, PHARE), *(doctor(number, MOLE) for number in range(10, 15))],
    # Three of the five are gone, and one is back who had left.
    [doctor(1, MOLE), doctor(2, PHARE), doctor(3, PHARE), doctor(10, MOLE), doctor(11, MOLE)],
)
AGES = (
    # The département but for the commune has 3 doctors of 60 to 64: no class may show them.
    *(("medecin_generaliste", "departement", "00", ages, n) for ages, n in (("20-59", 30), ("60-64", 10))),
    ("medecin_generaliste", "departement", "00", "65 ans et plus", 12),
    *(("medecin_generaliste", "commune", "00101", ages, n) for ages, n in (("20-59", 20), ("60-64", 7))),
    ("medecin_generaliste", "commune", "00101", "65 ans et plus", 6),
    ("pediatre", "commune", "00101", "20-59", 3),
    ("pediatre", "departement", "00", "20-59", 9),
)


def age_table(folder: Path) -> Path:
    path = folder / "ages_2025.csv"
    lines = [";".join(map(str, line)) for line in AGES]
    path.write_text("\n".join(["profession;niveau;code;classe_age;effectif", *lines]) + "\n")
    return path


@pytest.fixture(scope="module")
def city(module_store: Store) -> Store:
    """Return a city of two IRIS published on three vintages of its doctors and two of its pharmacies."""
    store = module_store
    store.load(communes(store.folder, {"00101": (0, 0, 2000, 1000)}))
    store.load(iris(store.folder, {WEST: (0, 0, 1000, 1000), EAST: (1000, 0, 2000, 1000)}))
    store.load(iris_population(store.folder, {WEST: 1200.0, EAST: 600.0}))
    houses = [
        {"number": "1", "street": "Rue du Mole", "place": (100, 100)},
        {"number": "1", "street": "Rue du Phare", "place": (1500, 100)},
    ]
    store.load(ban(store.folder, houses))
    store.load(age_table(store.folder))
    pharmacy = {"finess": "000000011", "place": (500, 500)}
    store.load(finess(store.folder, DAYS[0], [pharmacy]))
    store.load(finess(store.folder, DAYS[1], [pharmacy | {"name": "PHARMACIE DU PORT"}]))
    for day, lines in zip(DAYS, VINTAGES, strict=True):
        store.load(annuaire(store.folder, day, lines))
    store.release()
    return store


@pytest.fixture(scope="module")
def client(city: Store) -> Iterator[TestClient]:
    """Return a client of the API on the city."""
    with TestClient(create_app(city.settings), raise_server_exceptions=False) as opened:
        yield opened


def trends(client: TestClient, level: str, **parameters: str) -> dict[str, Any]:
    query = {"level": level, "profession": "medecin_generaliste"} | parameters
    answer = client.get("/api/v1/trends", params=query)
    assert answer.status_code == 200, answer.text
    return {item["code"]: item for item in answer.json()["items"]}


def test_the_last_vintage_is_what_the_release_counts(city: Store) -> None:
    differing = city.one(
        "SELECT count(*) FROM published.past h FULL JOIN published.count c"
        " USING (territory_id, profession_id, scope)"
        " WHERE coalesce(h.headcount[cardinality(h.headcount)], 0) <> coalesce(c.headcount, 0)"
        " OR abs(coalesce(h.weight[cardinality(h.weight)], 0) - coalesce(c.weight, 0)) > 1e-9"
    )
    assert differing == 0
    assert city.one("SELECT count(*) FROM published.past") > 0


def test_every_headcount_moves_by_entries_less_exits(city: Store) -> None:
    rows = city.rows("SELECT headcount, entries, exits FROM published.past")
    for row in rows:
        steps = zip(row.headcount, row.headcount[1:], row.entries[1:], row.exits[1:], strict=False)
        assert all(after - before == came - left for before, after, came, left in steps)


def test_who_moves_inside_the_commune_leaves_one_iris_for_another_and_not_the_commune(
    client: TestClient,
) -> None:
    moved = trends(client, "iris")
    west, east = moved[WEST]["points"], moved[EAST]["points"]
    assert [point["headcount"] for point in west] == [2, 6, 3]
    assert [(point["entries"], point["exits"]) for point in west] == [(None, None), (5, 1), (0, 3)]
    assert [(point["entries"], point["exits"]) for point in east] == [(None, None), (1, 1), (1, 0)]
    whole = trends(client, "commune")["00101"]["points"]
    assert [(point["entries"], point["exits"]) for point in whole] == [(None, None), (5, 1), (1, 3)]


def test_half_of_those_who_came_stayed_a_year_and_the_others_are_told(client: TestClient) -> None:
    stay = trends(client, "iris")[WEST]["stay"]
    assert (stay["stays"], stay["ongoing"], stay["begun_before"]) == (5, 2, 2)
    assert stay["median_years"] == pytest.approx(366 / 365.25, abs=1e-6)
    few = trends(client, "iris")[EAST]["stay"]
    assert (few["stays"], few["median_years"], few["status"]) == (2, None, "suppressed")
    assert few["sentence"].startswith("Durée non montrée (NS)")


def test_a_pharmacy_that_changes_its_name_neither_closes_nor_opens(client: TestClient) -> None:
    points = trends(client, "commune", profession="pharmacie")["00101"]["points"]
    assert [(point["headcount"], point["entries"], point["exits"]) for point in points] == [
        (1, None, None),
        (1, 0, 0),
    ]


def projection(client: TestClient, level: str, **parameters: str) -> dict[str, Any]:
    query = {"level": level, "profession": "medecin_generaliste"} | parameters
    answer = client.get("/api/v1/projections", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_classes_that_a_subtraction_would_isolate_are_shown_wider(client: TestClient) -> None:
    commune = projection(client, "commune")["items"][0]
    whole = projection(client, "departement")["items"][0]
    shown = [[(one["age_class"], one["headcount"]) for one in item["classes"]] for item in (commune, whole)]
    assert shown == [
        [("20 à 64 ans", 27), ("65 ans et plus", 6)],
        [("20 à 64 ans", 40), ("65 ans et plus", 12)],
    ]


def test_a_departure_is_worked_out_by_hand(client: TestClient) -> None:
    body = projection(client, "commune", retirement_age="67", replaced="0", years="3")
    item = body["items"][0]
    assert (body["age_vintage"], item["status"], item["headcount"]) == ("2025-01-01", "known", 33)
    # Six of 65 to 74: nine of these ten ages are 66 or more, and 67 a year later.
    next_year, last = item["series"][1], item["series"][3]
    assert (next_year["year"], next_year["departures"]) == (2026, pytest.approx(6 * 9 / 10))
    assert next_year["ci_low"] <= next_year["departures"] <= next_year["ci_high"]
    # After three years all six, and one age in 45 of the 27 others.
    assert last["departures"] == pytest.approx(6 + 27 / 45)
    assert last["remaining"] == pytest.approx(33 - 6 - 27 / 45)
    assert item["sentence"].startswith("D'ici 2028, ")


def test_three_paediatricians_are_not_shown_nor_the_six_that_are_not_of_the_commune(
    client: TestClient,
) -> None:
    item = projection(client, "commune", profession="pediatre")["items"][0]
    assert (item["status"], item["headcount"], item["classes"], item["series"]) == (
        "suppressed",
        None,
        [],
        [],
    )
    assert "(NS)" in item["sentence"]
    whole = projection(client, "departement", profession="pediatre")["items"][0]
    assert (whole["status"], whole["headcount"]) == ("known", 9)


def test_a_territory_without_an_age_table_is_unknown_not_suppressed(client: TestClient) -> None:
    item = projection(client, "epci")["items"][0]
    assert (item["status"], item["series"]) == ("unknown", [])


@pytest.mark.parametrize("table", ["supply.age_count", "indicator.pyramid", "indicator.past"])
def test_the_role_of_the_api_reads_no_age_but_those_that_may_be_shown(city: Store, table: str) -> None:
    with city.engine.connect() as connection:
        connection.execute(text(f"SET LOCAL ROLE {READER_ROLE}"))
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(f"SELECT * FROM {table}"))


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"rpps": "10000000001"}, "rpps"),
        ({"level": "iris"}, "level"),
        ({"retirement_age": "64"}, "retirement_age"),
        ({"replaced": "1.2"}, "replaced"),
        ({"replaced": "nan"}, "replaced"),
        ({"years": "0"}, "years"),
        ({"profession": "astronome"}, "profession"),
    ],
)
def test_a_projection_of_a_person_or_of_nonsense_is_refused(
    client: TestClient, asked: dict[str, str], parameter: str
) -> None:
    query = {"level": "commune", "profession": "medecin_generaliste"} | asked
    answer = client.get("/api/v1/projections", params=query)
    assert (answer.status_code, answer.json()["parameter"]) == (422, parameter)


def test_a_portrait_tells_the_same_departures_and_hides_the_same_ones(client: TestClient) -> None:
    body = client.get("/api/v1/territories/commune/00101").json()
    told = {one["indicator"]: one["figures"] for one in body["indicators"]}
    doctors, children = told["departures"]
    series = projection(client, "commune", years="10")["items"][0]["series"]
    assert doctors["value"] == series[-1]["departures"]
    assert (children["profession"], children["status"], children["value"]) == (
        "pediatre",
        "suppressed",
        None,
    )
    assert "non montré (NS)" in children["sentence"]
