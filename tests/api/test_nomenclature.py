"""Levels, professions, indicators, sources, releases."""

import csv
import io

import pytest

from app.api.schemas.nomenclature import IndicatorList, LevelList, ProfessionList
from app.api.schemas.releases import OneRelease, ReleaseList, SourceList
from app.indicators.registry import INDICATORS
from app.indicators.wording import LEVELS


def test_levels_come_in_order_with_how_many_territories_each_has(client):
    body = LevelList.model_validate_json(client.get("/api/v1/levels").content)
    assert tuple(item.level for item in body.items) == LEVELS
    assert {item.level: item.count for item in body.items if item.count} == {
        "iris": 3,
        "quartier": 1,
        "qpv": 1,
        "commune": 2,
        "departement": 1,
    }


def test_professions_say_whom_they_are_compared_with(client):
    body = ProfessionList.model_validate_json(client.get("/api/v1/professions").content)
    assert [item.profession for item in body.items] == [
        "medecin_generaliste",
        "sage_femme",
        "pediatre",
        "pharmacie",
    ]
    child = body.items[2]
    assert (child.population.age, child.population.sex) == ("0-14", "T")
    assert child.population_label == "enfants de moins de 15 ans"


def test_indicators_are_those_of_the_registry(client):
    body = IndicatorList.model_validate_json(client.get("/api/v1/indicators").content)
    assert [item.indicator for item in body.items] == list(INDICATORS)


@pytest.mark.parametrize("name", ["levels", "professions", "indicators"])
def test_nomenclatures_exist_as_csv(client, name):
    answer = client.get(f"/api/v1/{name}?format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == client.get(f"/api/v1/{name}").json()["count"]


def test_sources_tell_their_producer_licence_rejects_and_located_share(client):
    body = SourceList.model_validate_json(client.get("/api/v1/sources").content)
    by_name = {item.register_name: item for item in body.items}
    directory = by_name["annuaire"]
    assert directory.producer == "Agence du numérique en santé"
    assert directory.rejects["Commune inconnue"].examples[0].line == 7
    assert by_name["communes"].notes == ["polygones réparés (1)"]
    assert directory.located_share == pytest.approx(5 / 9, abs=1e-4)
    assert by_name["osm"].licence == "ODbL 1.0"
    assert by_name["osm"].located_share is None


def test_releases_are_listed_newest_first_with_their_inputs(client, city):
    body = ReleaseList.model_validate_json(client.get("/api/v1/releases").content)
    assert [(item.id, item.status) for item in body.items] == [
        (city.releases["new"], "published"),
        (city.releases["old"], "retired"),
    ]
    assert {entry.register_name for entry in body.items[0].inputs} == set(city.files)


def test_one_release_can_be_asked(client, city):
    answer = client.get(f"/api/v1/releases/{city.releases['old']}")
    body = OneRelease.model_validate_json(answer.content)
    assert body.status == "retired"
    assert body.release.id == city.releases["new"]


@pytest.mark.parametrize(("number", "status"), [("99", 404), ("x", 422), ("99999999999", 422)])
def test_an_unknown_release_is_a_problem(client, number, status):
    answer = client.get(f"/api/v1/releases/{number}")
    assert answer.status_code == status
    assert answer.json()["parameter"] == "id"
