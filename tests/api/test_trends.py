"""Trends: counts over the vintages of a release, and what is said of them."""

import csv
import io

import pytest

from app.api.schemas.time import TrendList

DOCTORS = "trends?profession=medecin_generaliste"


@pytest.fixture(scope="module")
def communes(client):
    return TrendList.model_validate_json(client.get(f"/api/v1/{DOCTORS}&level=iris").content)


def test_every_vintage_is_counted_from_who_practised_then(communes):
    north = communes.items[0]
    assert [str(day) for day in communes.vintages] == ["2025-05-01", "2025-11-03"]
    assert [point.headcount for point in north.points] == [4, 3]
    assert [(point.entries, point.exits) for point in north.points] == [(None, None), (0, 1)]
    # Person 1 shares themself between two places.
    assert [point.weight for point in north.points] == [3.5, 2.5]


def test_densities_of_the_past_are_for_the_people_of_today(communes):
    north = communes.items[0]
    assert north.population == 1500
    assert [point.density for point in north.points] == pytest.approx([3.5 / 0.015, 2.5 / 0.015])


def test_a_territory_without_people_has_counts_and_no_density(communes):
    zone = communes.items[1]
    assert zone.population is None
    assert [(point.headcount, point.density) for point in zone.points] == [(1, None), (1, None)]


def test_one_departure_is_no_established_change_and_the_test_is_told(communes):
    change = communes.items[0].change
    assert (change.before, change.after, change.entries, change.exits) == (4, 3, 0, 1)
    assert (change.p_value, change.established) == (1.0, False)
    assert change.sentence == (
        "4 → 3 : depuis le 1er mai 2025, aucune arrivée et 1 départ, pas de changement établi."
    )
    assert "binomial" in communes.test
    assert communes.compared == 3


def test_stays_that_began_before_the_first_vintage_are_told_apart(communes):
    stay = communes.items[0].stay
    assert (stay.stays, stay.begun_before, stay.median_years, stay.status) == (0, 4, None, "unknown")
    assert stay.sentence.startswith("Aucune arrivée depuis le premier millésime")


def test_a_day_between_two_vintages_is_that_of_the_one_in_force(client):
    body = client.get(f"/api/v1/{DOCTORS}&level=iris&since=2025-07-14").json()
    assert body["since"] == "2025-07-14"
    assert body["items"][0]["change"]["since"] == "2025-05-01"
    newest = client.get(f"/api/v1/{DOCTORS}&level=iris&since=2025-11-03").json()
    assert newest["items"][0]["change"]["exits"] == 0


@pytest.mark.parametrize(
    ("since", "said"),
    [
        ("2025-04-30", "L'offre n'est connue qu'à partir du 01/05/2025, premier millésime"),
        ("2025-11-04", "La version publiée montre l'offre jusqu'au 03/11/2025."),
    ],
)
def test_a_day_that_is_not_known_is_refused_with_the_first_or_last_that_is(client, since, said):
    answer = client.get(f"/api/v1/{DOCTORS}&level=iris&since={since}")
    assert answer.status_code == 422
    assert answer.json()["parameter"] == "since"
    assert answer.json()["detail"].startswith(said)


def test_establishments_follow_the_days_of_their_own_register(client):
    body = client.get("/api/v1/trends?profession=pharmacie&level=commune").json()
    assert body["vintages"] == ["2025-09-01"]
    assert [point["headcount"] for point in body["items"][0]["points"]] == [2]


def test_a_profession_nobody_practises_is_zero_everywhere(client):
    body = client.get("/api/v1/trends?profession=sage_femme&level=commune").json()
    assert [point["headcount"] for point in body["items"][0]["points"]] == [0, 0]
    assert body["items"][0]["change"]["p_value"] == 1.0


def test_csv_has_a_line_a_territory_and_vintage(client):
    text = client.get(f"/api/v1/{DOCTORS}&level=iris&format=csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 6
    assert (rows[0]["vintage"], rows[0]["headcount"], rows[0]["entries"]) == ("2025-05-01", "4", "")


def test_a_release_that_kept_no_past_says_so(own_city, open_client, publish_release):
    url, city = own_city
    publish_release(url, city.releases["old"])
    with open_client(url) as client:
        answer = client.get(f"/api/v1/{DOCTORS}&level=iris")
    assert answer.status_code == 404
    assert "avant que l'évolution ne soit comptée" in answer.json()["detail"]
