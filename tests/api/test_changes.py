"""What changed between two releases, as the API tells it."""

import csv
import io

import pytest

from app.api.schemas.changes import ChangeList


@pytest.fixture(scope="module")
def address(city):
    return f"/api/v1/releases/{city.releases['old']}/diff/{city.releases['new']}"


def counts(item):
    return {kind: item[kind] for kind in ("opened", "closed", "moved", "moved_in", "moved_out", "changed")}


NOTHING = dict.fromkeys(("opened", "closed", "moved", "moved_in", "moved_out", "changed"), 0)


def test_counts_come_first_and_no_practice_is_listed_unasked(client, address):
    body = client.get(address).json()
    ChangeList.model_validate(body)
    assert [(item["profession"], counts(item)) for item in body["items"]] == [
        ("medecin_generaliste", NOTHING | {"closed": 1})
    ]
    assert body["practices"] is None
    assert (body["before"]["vintage"], body["after"]["vintage"]) == ("2025-05-01", "2025-11-03")
    assert body["after"]["vintages"] == {"annuaire": "2025-11-03", "finess": "2025-09-01"}


def test_the_other_way_round_what_closed_opens(client, city):
    body = client.get(f"/api/v1/releases/{city.releases['new']}/diff/{city.releases['old']}").json()
    assert counts(body["items"][0]) == NOTHING | {"opened": 1}


def test_a_release_compared_with_itself_has_not_changed(client, city):
    same = city.releases["new"]
    assert client.get(f"/api/v1/releases/{same}/diff/{same}").json()["items"] == []


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("level=commune", ["00101"]),
        ("level=iris", ["001010101"]),
        ("level=iris&within=commune:00101", ["001010101"]),
        ("level=iris&within=commune:00102", []),
        ("level=commune&profession=sage_femme", []),
        ("level=qpv", []),
    ],
)
def test_territories_where_something_changed(client, address, query, codes):
    body = client.get(f"{address}?{query}").json()
    assert [item["code"] for item in body["items"]] == codes


def test_the_list_has_places_and_no_name(client, address):
    answer = client.get(f"{address}?detail=true")
    body = answer.json()
    ChangeList.model_validate(body)
    (practice,) = body["practices"]
    assert (practice["kind"], practice["from_address"], practice["to_site"]) == (
        "closed",
        "3 B R DES ESSAIS",
        None,
    )
    assert (practice["skills_before"], practice["skills_after"]) == (["SM26"], None)
    assert "QUENOUILLARD" not in answer.text


def test_a_table_has_the_counts_or_the_list(client, address):
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}?format=csv&level=commune").text)))
    assert [(row["code"], row["closed"]) for row in rows] == [("00101", "1")]
    answer = client.get(f"{address}?format=csv&detail=true")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["kind"], row["profession"]) for row in rows] == [("closed", "medecin_generaliste")]
    assert "changements-" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("path", "query", "status", "parameter"),
    [
        ("1/diff/99", "", 404, "b"),
        ("99/diff/1", "", 404, "a"),
        ("0/diff/1", "", 422, "a"),
        ("1/diff/2", "within=commune:99999", 404, "within"),
        ("1/diff/2", "within=commune", 422, "within"),
        ("1/diff/2", "profession=druide", 422, "profession"),
        ("1/diff/2", "level=village", 422, "level"),
        ("1/diff/2", "detail=peut-etre", 422, "detail"),
    ],
)
def test_what_does_not_exist_is_said_in_french(client, path, query, status, parameter):
    answer = client.get(f"/api/v1/releases/{path}?{query}")
    assert answer.status_code == status
    assert answer.json()["parameter"] == parameter
