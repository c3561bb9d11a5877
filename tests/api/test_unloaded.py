"""A register that the release was never built on: what it would count is unknown, never 0."""

import csv
import io

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.api.schemas.densities import DensityList
from app.api.schemas.territories import Portrait

COUNTS = ("headcount", "weight", "sites", "density", "ci_low", "ci_high", "unlocated")
SUBJECTS = {"annuaire": ("medecin_generaliste", "pharmacie"), "finess": ("pharmacie", "medecin_generaliste")}


@pytest.fixture(params=SUBJECTS)
def without(request, own_city, open_client):
    """Open a client on a city without one register; give also an unknown profession and a known one."""
    url, _ = own_city
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        # What a release without the register holds: neither its input nor a count.
        connection.execute(
            text(
                "DELETE FROM ops.release_input i USING ops.source_file f"
                " WHERE f.id = i.source_file_id AND f.register = :register"
            ),
            {"register": request.param},
        )
        connection.execute(
            text(
                "DELETE FROM indicator.count c USING indicator.profession p"
                " WHERE p.id = c.profession_id AND p.slug = :slug"
            ),
            {"slug": SUBJECTS[request.param][0]},
        )
    engine.dispose()
    with open_client(url) as client:
        yield client, *SUBJECTS[request.param]


def test_densities_of_a_register_never_loaded_are_unknown_at_every_level(without):
    client, unknown, known = without
    for level in ("iris", "qpv", "commune", "departement"):
        answer = client.get(f"/api/v1/densities?level={level}&profession={unknown}")
        DensityList.model_validate_json(answer.content)
        assert {item[name] for item in answer.json()["items"] for name in COUNTS} == {None}
        assert [answer.json()[name] for name in ("unlocated", "outside", "nowhere")] == [None] * 3
        assert answer.json()["items"][0]["population"] is not None
    other = client.get(f"/api/v1/densities?level=commune&profession={known}").json()
    assert None not in {item["headcount"] for item in other["items"]}


def test_its_csv_has_empty_cells(without):
    client, unknown, _ = without
    text_ = client.get(f"/api/v1/densities?level=commune&profession={unknown}&format=csv").text
    assert {row[name] for row in csv.DictReader(io.StringIO(text_)) for name in COUNTS} == {""}


@pytest.mark.parametrize("place", ["commune/00101", "iris/001010101"])
def test_a_portrait_does_not_know_them_either(without, place):
    client, unknown, known = without
    answer = client.get(f"/api/v1/territories/{place}")
    Portrait.model_validate_json(answer.content)
    by_slug = {item["profession"]: item for item in answer.json()["densities"]}
    assert [by_slug[unknown][name] for name in COUNTS] == [None] * len(COUNTS)
    assert by_slug[known]["headcount"] > 0


def test_professions_say_which_are_loaded(without):
    client, unknown, known = without
    loaded = {
        item["profession"]: item["loaded"] for item in client.get("/api/v1/professions").json()["items"]
    }
    assert loaded[known] is True
    assert loaded[unknown] is False


def test_every_profession_of_a_whole_release_is_loaded(client):
    assert {item["loaded"] for item in client.get("/api/v1/professions").json()["items"]} == {True}
