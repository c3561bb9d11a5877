"""Territories, their outline and portrait."""

import csv
import io
import json

import pytest

from app.api.schemas.territories import Portrait, TerritoryList


def test_a_list_has_the_documented_shape(client):
    body = TerritoryList.model_validate_json(client.get("/api/v1/territories?level=iris").content)
    assert [item.code for item in body.items] == ["001010101", "001010102", "001020101"]
    assert set(body.items[0].parents) == {"departement:00", "commune:00101"}
    assert body.items[0].population == 1500
    assert body.items[0].population_method == "iris"
    assert body.items[1].population is None


def test_within_keeps_the_territories_it_holds(client):
    body = client.get("/api/v1/territories?level=iris&within=commune:00102").json()
    assert [item["code"] for item in body["items"]] == ["001020101"]
    assert body["within"] == "commune:00102"


def test_a_level_without_territories_is_an_empty_list(client):
    assert client.get("/api/v1/territories?level=carreau").json()["items"] == []
    assert client.get("/api/v1/territories?level=carreau&format=csv").text.startswith("id,level,code")
    empty = json.loads(client.get("/api/v1/territories?level=carreau&format=geojson").content)
    assert empty["features"] == []


@pytest.mark.parametrize("detail", ["full", "medium", "low"])
def test_geojson_is_a_valid_collection_at_each_detail(client, detail):
    body = json.loads(client.get(f"/api/v1/territories?level=qpv&format=geojson&detail={detail}").content)
    feature = body["features"][0]
    assert feature["properties"]["name"] == "Les Deux-Rives"
    assert feature["geometry"]["coordinates"][0][0][0] == [-3.295, 46.4]
    assert set(feature["properties"]["parents"]) == {"commune:00101", "commune:00102", "departement:00"}


def test_accept_chooses_the_form_when_format_does_not(client):
    headers = {"Accept": "text/html, application/geo+json;q=0.9"}
    answer = client.get("/api/v1/territories?level=qpv", headers=headers)
    assert answer.headers["content-type"] == "application/geo+json"
    assert "Accept" in answer.headers["vary"]
    asked = client.get("/api/v1/territories?level=qpv&format=csv", headers=headers)
    assert asked.headers["content-type"].startswith("text/csv")
    plain = client.get("/api/v1/territories?level=qpv", headers={"Accept": "*/*"})
    assert plain.headers["content-type"] == "application/json"


def test_csv_joins_parents_by_spaces_and_protects_names(client):
    rows = list(csv.DictReader(io.StringIO(client.get("/api/v1/territories?level=iris&format=csv").text)))
    assert rows[0]["name"] == "'+Nord"
    assert set(rows[0]["parents"].split()) == {"commune:00101", "departement:00"}
    assert rows[1]["population"] == ""


def test_a_portrait_has_people_and_every_profession(client):
    body = Portrait.model_validate_json(client.get("/api/v1/territories/commune/00101").content)
    assert [(part.age_class, part.sex, part.value) for part in body.populations] == [
        ("0-14", "T", 500),
        ("all", "F", 1250),
        ("all", "T", 2500),
    ]
    by_name = {density.profession: density for density in body.densities}
    assert list(by_name) == ["medecin_generaliste", "sage_femme", "pediatre", "pharmacie"]
    doctors = by_name["medecin_generaliste"]
    assert doctors.density == pytest.approx(100_000 * 4.5 / 2500)
    assert doctors.unlocated == 2
    assert by_name["sage_femme"].population == 1250
    assert by_name["pharmacie"].headcount == 2


@pytest.mark.parametrize(
    ("address", "unlocated"), [("iris/001010101", 2), ("qpv/QN00001M", 3), ("quartier/99", None)]
)
def test_a_portrait_below_the_commune_tells_what_its_communes_could_not_place(client, address, unlocated):
    doctors = client.get(f"/api/v1/territories/{address}").json()["densities"][0]
    assert doctors["unlocated"] == unlocated


def test_a_portrait_agrees_with_the_list_of_densities(client):
    listed = client.get("/api/v1/densities?level=iris&profession=medecin_generaliste").json()["items"][0]
    portrait = client.get("/api/v1/territories/iris/001010101").json()["densities"][0]
    for name in ("population", "headcount", "weight", "sites", "density", "ci_low", "ci_high", "unlocated"):
        assert portrait[name] == listed[name]


def test_a_portrait_can_be_drawn(client, city):
    answer = client.get("/api/v1/territories/qpv/QN00001M?format=geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    feature = json.loads(answer.content)
    assert feature["type"] == "Feature"
    assert feature["id"] == city.territories["QN00001M"]
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert feature["properties"]["densities"]


@pytest.mark.parametrize(
    ("address", "status", "parameter"),
    [
        ("territories", 422, "level"),
        ("territories?level=iris&detail=fine", 422, "detail"),
        ("territories/iris/nope", 404, "code"),
        ("territories/comune/00101", 422, "level"),
        ("territories/commune/00101?format=csv", 422, "format"),
    ],
)
def test_what_is_not_there_is_a_problem_that_names_the_parameter(client, address, status, parameter):
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == status
    assert answer.json()["parameter"] == parameter


def test_a_list_longer_than_an_answer_may_be_asks_to_be_limited(client, monkeypatch):
    monkeypatch.setattr("app.api.routes.territories.MAX_ROWS", 2)
    answer = client.get("/api/v1/territories?level=iris&detail=medium")
    assert answer.status_code == 422
    assert answer.json()["parameter"] == "within"


def test_a_population_that_is_no_estimate_has_no_coverage(client):
    body = TerritoryList.model_validate_json(client.get("/api/v1/territories?level=iris").content)
    assert {item.coverage for item in body.items} == {None}
    header = client.get("/api/v1/territories?level=iris&format=csv").text.splitlines()[0]
    assert header.split(",")[6:10] == ["population", "population_method", "imputed_share", "coverage"]
