"""Inequality between the territories of a city, as the API tells it."""

import csv
import io
import math

import pytest

from app.api.schemas.inequalities import InequalityList

PATH = "/api/v1/inequalities"
ASKED = {"profession": "medecin_generaliste", "level": "iris"}


@pytest.fixture(scope="module")
def asked(crossed_client):
    return crossed_client


def get(asked, **changed):
    answer = asked.get(PATH, params={**ASKED, **changed})
    assert answer.status_code == 200, answer.text
    InequalityList.model_validate_json(answer.content)
    return answer.json()


def by_index(answer):
    return {item["index"]: item for item in answer["items"]}


def test_densities_of_iris_have_the_indices_of_their_definition(asked):
    # 2.5 GPs for 1 500 people, 0.5 for 1 000, none for 1 000: shares 3/7, 2/7, 2/7.
    answer = get(asked)
    found = by_index(answer)
    values, people = [2.5 / 1500 * 1e5, 0.5 / 1000 * 1e5, 0.0], [1500, 1000, 1000]
    average = 3 / 3500 * 1e5
    assert answer["mean"] == pytest.approx(average)
    apart = sum(
        p * q * abs(x - y)
        for p, x in zip(people, values, strict=True)
        for q, y in zip(people, values, strict=True)
    )
    assert found["gini"]["value"] == pytest.approx(apart / (2 * average * 3500**2), abs=1e-6)
    wanted = sum(
        p / 3500 * x / average * math.log(x / average) for p, x in zip(people, values, strict=True) if x
    )
    assert found["theil"]["value"] == pytest.approx(wanted, abs=1e-6)
    assert found["max_min"]["value"] is None
    assert found["max_min"]["reason"] == "Les moins pourvus ont 0 : le rapport n'est pas défini."


def test_qpv_and_rest_are_told_apart_by_where_most_people_live(asked):
    answer = get(asked)
    qpv, rest = answer["groups"]
    assert (qpv["group"], qpv["territories"], qpv["people"], qpv["mean"]) == ("QPV", 1, 1000, 50)
    assert (rest["group"], rest["territories"], rest["people"]) == ("Reste", 2, 2500)
    found = by_index(answer)
    both = found["theil_between"]["value"] + found["theil_within"]["value"]
    assert both == pytest.approx(found["theil"]["value"], abs=2e-6)


def test_a_territory_whose_households_are_secret_is_not_ranked_and_is_counted(asked):
    for rank_by in ("income", "poverty"):
        answer = get(asked, rank_by=rank_by)
        assert (answer["compared"], answer["unranked"], answer["suppressed"]) == (3, 1, 1)
        # The better-off of the two that are ranked has more doctors, by both measures.
        assert by_index(answer)["concentration"]["value"] > 0


def test_unknown_and_uninhabited_territories_are_left_out_and_told(client, asked):
    answer = client.get(PATH, params=ASKED).json()
    assert (answer["compared"], answer["unknown"], answer["compared_people"]) == (2, 1, 2500)
    away = asked.get(PATH, params={**ASKED, "level": "quartier"}).json()
    assert (away["compared"], away["uninhabited"], away["mean"]) == (0, 1, None)
    assert {item["reason"] for item in away["items"]} == {
        "Moins de deux territoires habités ont une valeur connue : il n'y a rien à comparer."
    }


def test_a_single_territory_and_a_profession_nobody_practises_say_why(asked):
    single = get(asked, within="iris:001010101")
    assert all(item["value"] is None and item["reason"] for item in single["items"])
    nobody = by_index(get(asked, profession="pediatre"))
    assert nobody["gini"]["reason"] == "Toutes les valeurs sont à 0 : il n'y a rien à partager."
    assert (nobody["gini"]["value"], nobody["gini"]["ci_low"]) == (None, None)


def test_the_answer_says_how_its_intervals_are_made_and_is_the_same_twice(asked):
    first = get(asked)
    assert (first["bootstrap"]["draws"], first["bootstrap"]["fewest"]) == (1000, 5)
    assert "1000 tirages" in first["bootstrap"]["method"]
    assert get(asked, scope="liberal")["items"] == first["items"]


def test_csv_says_the_same(asked):
    answer = asked.get(PATH, params={**ASKED, "format": "csv"})
    lines = {line["index"]: line for line in csv.DictReader(io.StringIO(answer.text))}
    found = by_index(get(asked))
    assert float(lines["gini"]["value"]) == found["gini"]["value"]
    assert lines["max_min"]["value"] == ""


def test_access_times_and_accessibility_are_compared_by_who_lives_where(served_client):
    times = get(served_client, of="access_time", mode="walk")
    assert (times["unit"], times["compared"]) == ("minutes", 2)
    far, near = (
        served_client.get(
            "/api/v1/access-times", params={**ASKED, "mode": "walk", "within": f"iris:{code}"}
        ).json()["items"][0]["mean_minutes"]
        for code in ("001010102", "001010101")
    )
    longest = by_index(times)["max_min"]["value"]
    assert longest == pytest.approx(max(far, near) / min(far, near), abs=1e-4)
    scores = get(served_client, of="accessibility", mode="walk", preset="2sfca")
    assert scores["compared"] == 2
    assert scores["preset"] == "2sfca"
    assert by_index(scores)["gini"]["value"] is not None


@pytest.mark.parametrize(
    ("changed", "status", "parameter"),
    [
        ({"of": "access_time"}, 422, "mode"),
        ({"of": "accessibility", "mode": "walk", "preset": "apl", "profession": "pharmacie"}, 422, "preset"),
        ({"of": "accessibility", "mode": "walk", "preset": "apl", "profession": "pediatre"}, 422, "preset"),
        ({"rank_by": "age"}, 422, "rank_by"),
        ({"within": "commune:99999"}, 404, "within"),
        ({"profession": "x"}, 422, "profession"),
        ({"level": "planet"}, 422, "level"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(served_client, changed, status, parameter):
    answer = served_client.get(PATH, params={**ASKED, **changed})
    assert (answer.status_code, answer.json()["parameter"]) == (status, parameter)
    assert answer.headers["content-type"] == "application/problem+json"


def test_times_that_were_not_computed_are_said_to_be_missing(client):
    answer = client.get(PATH, params={**ASKED, "of": "access_time", "mode": "walk"})
    assert answer.status_code == 503
    assert "observatoire graph build" in answer.json()["hint"]


@pytest.mark.parametrize(
    ("given", "instead"),
    [
        ("of=density&mode=walk", "of=access_time ou of=accessibility"),
        ("preset=apl", "of=accessibility"),
    ],
)
@pytest.mark.parametrize("route", ["needs", "inequalities"])
def test_what_the_figure_would_ignore_is_refused(crossed_client, route, given, instead):
    answer = crossed_client.get(f"/api/v1/{route}?profession=medecin_generaliste&level=iris&{given}")
    assert answer.status_code == 422
    assert "n'en tiendrait pas compte" in answer.json()["detail"]
    assert instead in answer.json()["hint"]
