"""Densities: their numbers, forms, and the parameters they refuse."""

import csv
import io
import json

import pytest

from app.api.schemas.densities import DensityList

IRIS = "/api/v1/densities?level=iris&profession=medecin_generaliste"
EXACT_3 = (0.61867212, 8.76727307)  # chi2 bounds of 3 cases


def items(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return {item["code"]: item for item in answer.json()["items"]}


def test_the_answer_has_the_documented_shape_and_names_its_release(client, city):
    answer = client.get(IRIS)
    body = DensityList.model_validate_json(answer.content)
    assert body.release.id == city.releases["new"]
    assert body.count == 3
    assert (
        body.title
        == "Médecins généralistes libéraux pour 100\u202f000 habitants, par IRIS, au 3 novembre 2025"
    )
    assert body.unit == "pour 100\u202f000 habitants"


def test_a_density_is_the_weight_over_the_population_and_its_interval_the_heads_brought_to_it(client):
    north = items(client, IRIS)["001010101"]
    assert (north["headcount"], north["weight"], north["sites"]) == (3, 2.5, 1)
    assert north["density"] == pytest.approx(100_000 * 2.5 / 1500, abs=1e-6)
    share = 2.5 / 3
    assert north["ci_low"] == pytest.approx(100_000 * share * EXACT_3[0] / 1500, abs=1e-3)
    assert north["ci_high"] == pytest.approx(100_000 * share * EXACT_3[1] / 1500, abs=1e-3)


def test_the_interval_of_the_heads_themselves_is_left_whole(client):
    north = items(client, f"{IRIS}&measure=headcount")["001010101"]
    assert north["ci_low"] == pytest.approx(100_000 * EXACT_3[0] / 1500, abs=1e-3)
    assert north["ci_high"] == pytest.approx(100_000 * EXACT_3[1] / 1500, abs=1e-3)


@pytest.mark.parametrize("measure", ["weight", "headcount", "sites"])
def test_the_value_shown_lies_within_its_interval(client, measure):
    for level in ("iris", "commune", "departement"):
        for item in items(
            client, f"/api/v1/densities?level={level}&profession=medecin_generaliste&measure={measure}"
        ).values():
            if item["density"] is not None:
                assert item["ci_low"] <= item["density"] < item["ci_high"]


def test_a_portrait_has_the_interval_of_its_density(client):
    shown = client.get("/api/v1/territories/iris/001010101").json()["densities"][0]
    listed = items(client, IRIS)["001010101"]
    for name in ("density", "ci_low", "ci_high"):
        assert shown[name] == listed[name]


@pytest.mark.parametrize(("measure", "counted"), [("weight", 2.5), ("headcount", 3), ("sites", 1)])
@pytest.mark.parametrize("per", [1000, 10_000, 100_000])
def test_measure_and_reference_are_applied(client, measure, counted, per):
    north = items(client, f"{IRIS}&measure={measure}&per={per}")["001010101"]
    assert north["density"] == pytest.approx(per * counted / 1500, abs=1e-6)
    assert north["per"] == per


def test_an_unknown_population_is_null_and_so_is_its_density(client):
    zone = items(client, IRIS)["001010102"]
    assert [zone[name] for name in ("population", "density", "ci_low", "ci_high")] == [None] * 4
    assert zone["headcount"] == 1


def test_a_population_of_zero_has_no_density(client):
    away = items(client, "/api/v1/densities?level=quartier&profession=medecin_generaliste")["99"]
    assert (away["population"], away["density"], away["ci_high"]) == (0, None, None)


def test_a_territory_without_a_row_has_nobody_not_an_unknown(client):
    south = items(client, IRIS)["001020101"]
    assert (south["headcount"], south["weight"], south["sites"], south["density"]) == (0, 0, 0, 0)
    assert south["ci_low"] == 0
    assert south["ci_high"] > 0


def test_a_profession_without_any_row_counts_zero_everywhere(client):
    found = items(client, "/api/v1/densities?level=commune&profession=sage_femme")
    assert {item["headcount"] for item in found.values()} == {0}
    assert {item["unlocated"] for item in found.values()} == {0}


@pytest.mark.parametrize(
    ("level", "code", "unlocated"),
    [
        ("commune", "00101", 2),
        ("departement", "00", 3),
        ("iris", "001010101", 2),
        ("iris", "001020101", 1),
        ("qpv", "QN00001M", 3),  # the sum over its two communes
        ("quartier", "99", None),  # no commune is known
    ],
)
def test_unlocated_is_told_at_every_level(client, level, code, unlocated):
    found = items(client, f"/api/v1/densities?level={level}&profession=medecin_generaliste")
    assert found[code]["unlocated"] == unlocated


@pytest.mark.parametrize(
    ("within", "unlocated"), [("", 3), ("&within=commune:00102", 1), ("&within=qpv:QN00001M", 2)]
)
def test_the_head_counts_each_unlocated_person_once(client, within, unlocated):
    assert client.get(IRIS + within).json()["unlocated"] == unlocated


@pytest.mark.parametrize(
    ("level", "within", "outside"),
    [
        ("iris", "", 0),
        ("qpv", "", 3),  # those of the two located places, the one who shares both counted once
        ("qpv", "&within=iris:001010102", 1),
        ("qpv", "&within=commune:00102", 0),  # its one person is not located
        ("commune", "", None),
        ("departement", "", None),
    ],
)
def test_people_placed_in_no_territory_of_the_level_are_said(client, level, within, outside):
    body = client.get(f"/api/v1/densities?level={level}&profession=medecin_generaliste{within}").json()
    assert body["outside"] == outside


def test_nobody_is_both_unlocated_and_outside(client):
    body = client.get(
        "/api/v1/densities?level=qpv&profession=medecin_generaliste&within=departement:00"
    ).json()
    commune = items(client, "/api/v1/densities?level=departement&profession=medecin_generaliste")["00"]
    assert body["unlocated"] + body["outside"] == commune["headcount"]


@pytest.mark.parametrize(
    ("within", "nowhere"),
    [
        ("", 2),  # one of the département, one of nothing
        ("&within=departement:00", 1),
        ("&within=commune:00101", None),
        ("&within=iris:001010101", None),
    ],
)
@pytest.mark.parametrize("level", ["iris", "commune"])
def test_people_without_a_known_commune_are_said(client, level, within, nowhere):
    body = client.get(f"/api/v1/densities?level={level}&profession=medecin_generaliste{within}").json()
    assert body["nowhere"] == nowhere


def test_establishments_in_no_territory_of_the_level_are_said(client):
    body = client.get("/api/v1/densities?level=qpv&profession=pharmacie").json()
    assert (body["unlocated"], body["outside"], body["nowhere"]) == (0, 2, 0)


def test_the_population_is_the_one_the_profession_is_for(client):
    children = client.get("/api/v1/densities?level=commune&profession=pediatre&per=1000").json()
    assert children["population_label"] == "enfants de moins de 15 ans"
    assert children["items"][0]["population"] == 500
    women = client.get("/api/v1/densities?level=commune&profession=sage_femme").json()
    assert women["items"][0]["population"] == 1250
    assert women["title"].startswith("Sages-femmes libérales pour 100\u202f000 femmes, par commune")


def test_scope_means_nothing_for_establishments_and_is_echoed_null(client):
    shops = client.get("/api/v1/densities?level=commune&profession=pharmacie&scope=ambulatory").json()
    assert shops["scope"] is None
    assert shops["items"][0]["headcount"] == 2
    assert shops["title"].startswith("Pharmacies pour")


def test_ambulatory_counts_are_other_counts(client):
    assert items(client, f"{IRIS}&scope=ambulatory")["001010101"]["headcount"] == 0


def test_within_keeps_what_it_holds_and_itself(client):
    assert set(items(client, f"{IRIS}&within=commune:00101")) == {"001010101", "001010102"}
    alone = items(client, "/api/v1/densities?level=commune&profession=pediatre&within=commune:00102")
    assert set(alone) == {"00102"}


def test_csv_has_the_items_and_protects_spreadsheets(client):
    answer = client.get(f"{IRIS}&format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "densites-medecin_generaliste-iris-2025-11-03.csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows[0]["name"] == "'+Nord"
    assert rows[1]["density"] == ""
    assert rows[0]["weight"] == "2.5"


def test_geojson_joins_the_stored_outline(client, city):
    answer = client.get(f"{IRIS}&format=geojson&detail=low")
    assert answer.headers["content-type"] == "application/geo+json"
    body = json.loads(answer.content)
    assert body["type"] == "FeatureCollection"
    assert body["title"]
    first = body["features"][0]
    assert first["id"] == city.territories["001010101"] == first["properties"]["id"]
    assert first["geometry"]["type"] == "MultiPolygon"


@pytest.mark.parametrize(
    ("query", "status", "parameter", "said"),
    [
        ("level=iris", 422, "profession", "obligatoire"),
        ("profession=pediatre", 422, "level", "obligatoire"),
        ("level=irs&profession=pediatre", 422, "level", "« iris »"),
        ("level=iris&profession=medecin", 422, "profession", "/api/v1/professions"),
        ("level=iris&profession=pediatres", 422, "profession", "« pediatre »"),
        ("level=iris&profession=pediatre&per=7", 422, "per", "100000, 10000, 1000"),
        ("level=iris&profession=pediatre&measure=etp", 422, "measure", "headcount"),
        ("level=iris&profession=pediatre&scope=all", 422, "scope", "ambulatory"),
        ("level=iris&profession=pediatre&format=xml", 422, "format", "geojson"),
        ("level=iris&profession=pediatre&within=00101", 422, "within", "niveau:code"),
        ("level=iris&profession=pediatre&within=comune:00101", 422, "within", "« commune »"),
        ("level=iris&profession=pediatre&within=commune:00110", 404, "within", "« 00101 »"),
        ("level=iris&profession=pediatre&profession=sage_femme", 422, "profession", "plusieurs fois"),
        ("level=iris&profession=pediatre&level=iris", 422, "level", "plusieurs fois"),
        ("level=iris&profession=pediatre&within=", 422, "within", "vide"),
        ("level=iris&profession=", 422, "profession", "vide"),
        ("level=iris&profession=pediatre&release=99", 404, "release", "publiée"),
        ("level=iris&profession=pediatre&release=x", 422, "release", "entier"),
        ("level=iris&profession=pediatre&release=0", 422, "release", "au moins 1"),
        ("level=iris&profession=pediatre&profesion=x", 422, "profesion", "pas connu"),
        (f"level=iris&profession={'a' * 65}", 422, "profession", "64 caractères"),
    ],
)
def test_a_refused_parameter_is_named_with_what_to_do(client, query, status, parameter, said):
    answer = client.get(f"/api/v1/densities?{query}")
    problem = answer.json()
    assert answer.status_code == problem["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["parameter"] == parameter
    assert said in f"{problem['detail']} {problem.get('hint', '')}"


def test_two_refused_parameters_are_both_listed(client):
    problem = client.get("/api/v1/densities?level=x&profession=pediatre&per=7").json()
    assert {error["parameter"] for error in problem["errors"]} == {"level", "per"}


def test_each_density_is_told_beside_the_nearest_wider_territory(client):
    found = items(client, IRIS)
    north, zone, other = (found[code] for code in ("001010101", "001010102", "001020101"))
    # 4.5 for 2 500 people in the commune: 180; 3 heads in the IRIS give 34 to 487.
    assert (north["compared_with"], north["verdict"]) == ("commune:00101", "not_established")
    assert north["sentence"] == "Pas de différence établie avec l'ensemble de la commune (180)."
    assert (zone["verdict"], zone["sentence"]) == ("unknown", None)
    assert (other["compared_with"], other["verdict"]) == ("commune:00102", "not_established")
    commune = items(client, IRIS.replace("iris", "commune"))["00101"]
    assert (commune["compared_with"], commune["verdict"]) == ("departement:00", "not_established")
    whole = items(client, IRIS.replace("iris", "departement"))["00"]
    assert (whole["compared_with"], whole["verdict"], whole["sentence"]) == (None, "unknown", None)


def test_the_verdict_follows_the_measure(client):
    heads = items(client, f"{IRIS}&measure=headcount")["001010101"]
    # 5 heads for 2 500 people.
    assert heads["sentence"] == "Pas de différence établie avec l'ensemble de la commune (200)."
