"""QPV against the rest of their communes, asked of a city one can count on one's fingers.

One GP practises in the QPV (400 people, half in each of two communes) and in the first IRIS, two more in that
IRIS, 760 m away; three are placed no better than their commune. Both communes have 3 500 people.
"""

import csv
import io
import math

import pytest
from crossed_city import write_crossed
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.api.schemas.gaps import GapList

PATH = "/api/v1/qpv-gaps"
GP = {"profession": "medecin_generaliste", "per": 10_000}


@pytest.fixture(scope="module")
def asked(crossed_client):
    return crossed_client


def change(url, statement, **numbers):
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        bound = text(statement)
        connection.execute(bound, {name: numbers[name] for name in bound.compile().params})
    engine.dispose()


def get(asked, **changed):
    answer = asked.get(PATH, params={**GP, **changed})
    assert answer.status_code == 200, answer.text
    GapList.model_validate_json(answer.content)
    return answer.json()


def one(asked, **changed):
    (item,) = get(asked, **changed)["items"]
    return item


def test_a_qpv_across_communes_is_compared_with_the_rest_of_both(asked):
    item = one(asked)
    assert (item["code"], item["communes"]) == ("QN00001M", ["00101", "00102"])
    assert (item["population_in"], item["population_out"]) == (400, 3100)
    assert (item["headcount_in"], item["headcount_out"]) == (1, 3)
    assert (item["weight_in"], item["weight_out"]) == (0.5, 2.5)
    ratio = (1 / 400) / (3 / 3100)
    assert item["density_in"] == pytest.approx(10_000 / 400)
    assert item["ratio"] == pytest.approx(ratio)
    spread = math.exp(1.959963984540054 * math.sqrt(1 + 1 / 3))
    assert item["ci_low"] == pytest.approx(ratio / spread, abs=1e-6)
    assert item["ci_high"] == pytest.approx(ratio * spread, abs=1e-6)
    assert item["difference"] == pytest.approx(10_000 * (1 / 400 - 3 / 3100), abs=1e-5)
    assert item["parity"] == pytest.approx(3 / 3100 * 400 - 1, abs=1e-6)
    assert item["weighted_ratio"] == pytest.approx((0.5 / 400) / (2.5 / 3100), abs=1e-6)
    assert item["unlocated"] == 3


def test_a_portrait_tells_the_same_gap_as_the_list_for_every_profession(asked):
    body = asked.get("/api/v1/territories/qpv/QN00001M").json()
    told = next(one["figures"] for one in body["indicators"] if one["indicator"] == "qpv_gap")
    every = asked.get(PATH, params={"per": 100_000}).json()["items"]
    listed = {item["profession"]: item for item in every}
    assert len(told) == len(listed)
    for figure in told:
        item = listed[figure["profession"]]
        names = {"value": "ratio", "ci_low": "ci_low", "ci_high": "ci_high"}
        for name, of_the_list in names.items():
            wanted = item[of_the_list]
            assert figure[name] == (None if wanted is None else pytest.approx(wanted, rel=1e-6))
    assert sum(figure["value"] is not None for figure in told) >= 2


def test_what_the_interval_does_not_establish_is_not_said(asked):
    item = one(asked)
    assert item["verdict"] == "not_established"
    assert item["sentence"] == (
        "Pas de différence établie avec le reste de ses communes pour les médecins généralistes libéraux : "
        "25 ici et 9,7 ailleurs pour 10\u202f000 habitants (rapport de 2,58, entre 0,27 et 24,83 avec 95 % "
        "de confiance)."
    )


def test_those_just_outside_are_counted_as_far_as_asked(asked):
    assert one(asked)["border_count"] == 0
    assert one(asked, belt=800)["border_count"] == 3
    assert get(asked)["belt"] == 300


def test_the_qpv_of_a_commune_together_take_only_what_lies_in_it(asked):
    here, beside = get(asked, area="together")["items"]
    assert (here["code"], here["population_in"], here["population_out"]) == ("00101", 200, 2300)
    assert (here["headcount_in"], here["headcount_out"], here["unlocated"]) == (1, 3, 2)
    assert (beside["code"], beside["population_in"], beside["population_out"]) == ("00102", 200, 800)
    assert (beside["headcount_in"], beside["headcount_out"], beside["verdict"]) == (0, 0, "unknown")
    assert beside["sentence"].startswith("Personne n'exerce cette profession ici, ni dans le reste de la")
    assert [beside[name] for name in ("ratio", "ci_low", "ci_high")] == [None] * 3


def test_its_surroundings_go_with_a_qpv_when_asked(asked):
    near = one(asked, area="anchorage", belt=300)
    assert near["population_in"] > 400
    assert near["population_in"] + near["population_out"] == pytest.approx(3500, abs=0.01)
    assert (near["headcount_in"], near["headcount_out"]) == (1, 3)
    far = one(asked, area="anchorage", belt=800)
    assert far["population_in"] > near["population_in"]
    assert (far["headcount_in"], far["headcount_out"], far["border_count"]) == (3, 0, 3)
    assert (far["ratio"], far["ci_high"]) == (None, None)
    assert far["ci_low"] > 0
    assert "d'au moins" in far["sentence"]


def test_a_city_s_own_width_stands_unless_another_is_asked(clone_database, open_client):
    url = clone_database()
    write_crossed(url)
    with open_client(url, anchorage_metres=800) as client:
        assert one(client)["border_count"] == 3
        assert one(client, belt=300)["border_count"] == 0


def test_nobody_inside_has_an_exact_bound(client):
    item = one(client)
    share = 1 - 0.025 ** (1 / 3)
    assert (item["headcount_in"], item["headcount_out"]) == (0, 3)
    assert (item["ratio"], item["ci_low"]) == (0, 0)
    assert item["ci_high"] == pytest.approx(share / (1 - share) * 3100 / 400, abs=1e-5)


def test_every_profession_is_told_without_one(asked):
    items = asked.get(PATH).json()["items"]
    listed = ["medecin_generaliste", "sage_femme", "pediatre", "pharmacie"]
    assert [item["profession"] for item in items] == listed
    shops = items[3]
    assert (shops["headcount_in"], shops["headcount_out"]) == (1, 1)
    # Midwives are compared with women: half of the people here.
    assert (items[1]["population_in"], items[1]["population_out"]) == (200, 1550)
    assert items[1]["verdict"] == "unknown"


def test_salaried_practitioners_are_counted_when_asked(asked):
    assert one(asked, scope="ambulatory")["headcount_out"] == 4


def test_the_list_is_limited_to_a_territory_and_says_why_it_is_empty(asked):
    assert get(asked, within="commune:00102")["count"] == 1
    assert one(asked, area="together", within="commune:00102")["code"] == "00102"
    empty = get(asked, within="iris:001010101")
    assert (empty["count"], empty["items"]) == (0, [])
    assert empty["message"] == (
        "Aucun quartier prioritaire (QPV) n'est publié dans ce territoire : il n'y a rien à comparer."
    )


def test_csv_says_the_same(asked):
    answer = asked.get(PATH, params={**GP, "format": "csv"})
    (line,) = csv.DictReader(io.StringIO(answer.text))
    item = one(asked)
    assert line["communes"] == "00101 00102"
    assert float(line["ratio"]) == item["ratio"]
    assert line["sentence"] == item["sentence"]


@pytest.mark.parametrize(
    ("changed", "status", "told"),
    [
        ({"profession": "medecin"}, 422, "n'existe pas"),
        ({"area": "commune"}, 422, "commune"),
        ({"belt": 49}, 422, "au moins 50"),
        ({"belt": 3000}, 422, "au plus 2000"),
        ({"per": 7}, 422, "7"),
        ({"within": "commune:99999"}, 404, "99999"),
        ({"release": 99}, 404, "99"),
        ({"at": "1999-01-01"}, 422, "n'est pas connu"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(asked, changed, status, told):
    answer = asked.get(PATH, params={**GP, **changed})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json()["detail"]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE territory.population SET value = 0 WHERE territory_id = :qpv", "Personne n'habite là"),
        ("DELETE FROM territory.population WHERE territory_id = :qpv", "La population du quartier (hab"),
        ("DELETE FROM territory.population WHERE territory_id = :commune", "La population du reste (hab"),
        (
            "DELETE FROM ops.release_input USING ops.source_file f"
            " WHERE f.id = source_file_id AND f.register = 'annuaire'",
            "Le registre qui compte cette profession",
        ),
    ],
)
def test_what_is_not_known_leaves_nulls_and_a_reason(own_city, open_client, statement, told):
    url, city = own_city
    change(url, statement, qpv=city.territories["QN00001M"], commune=city.territories["00102"])
    with open_client(url) as client:
        item = one(client)
    assert item["verdict"] == "unknown"
    assert item["sentence"].startswith(told)
    assert item["sentence"].endswith(" : pas de comparaison.")
    assert [item[name] for name in ("ratio", "ci_low", "ci_high", "difference", "parity")] == [None] * 5


def test_what_the_client_holds_is_not_sent_again_unless_the_belt_changed(asked):
    first = asked.get(PATH, params=GP)
    held = {"If-None-Match": first.headers["etag"]}
    assert asked.get(PATH, params=GP, headers=held).status_code == 304
    assert asked.get(PATH, params={**GP, "belt": 800}, headers=held).status_code == 200


def test_the_portrait_of_a_qpv_tells_the_same_ratio(asked):
    item = asked.get(PATH, params={"profession": "medecin_generaliste"}).json()["items"][0]
    body = asked.get("/api/v1/territories/qpv/QN00001M").json()
    told = next(one for one in body["indicators"] if one["indicator"] == "qpv_gap")
    figure = next(one for one in told["figures"] if one["profession"] == "medecin_generaliste")
    assert (figure["value"], figure["ci_low"], figure["ci_high"]) == pytest.approx(
        (item["ratio"], item["ci_low"], item["ci_high"]), abs=1e-5
    )
    assert figure["sentence"].startswith(
        "Médecins généralistes libéraux, ici et dans le reste de ses communes : 2,6 fois le reste de ses "
        "communes (250 ici et 96,8 ailleurs pour 100\u202f000 habitants), entre 0,27 et 24,8"
    )


@pytest.mark.parametrize(
    ("area", "place"), [("qpv", "qpv/QN00001M"), ("together", "commune/00101"), ("together", "commune/00102")]
)
def test_the_gaps_of_a_portrait_are_those_of_the_list(asked, area, place):
    code = place.split("/")[1]
    listed = {
        one["profession"]: one
        for one in asked.get(PATH, params={"area": area}).json()["items"]
        if one["code"] == code
    }
    body = asked.get(f"/api/v1/territories/{place}").json()
    names = {"qpv_gap": "ratio", "qpv_difference": "difference", "qpv_parity": "parity"}
    told = {one["indicator"]: one["figures"] for one in body["indicators"] if one["indicator"] in names}
    assert told.keys() == names.keys()
    for slug, figures in told.items():
        for figure in figures:
            wanted = listed[figure["profession"]][names[slug]]
            assert figure["value"] == (None if wanted is None else pytest.approx(wanted, abs=1e-5))
    assert len(told["qpv_parity"]) == len(told["qpv_gap"]) > 0


def test_a_territory_of_another_level_has_no_gap_in_its_portrait(asked):
    body = asked.get("/api/v1/territories/iris/001010101").json()
    assert not any(one["indicator"].startswith("qpv_") for one in body["indicators"])
