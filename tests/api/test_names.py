"""Names: for agents, at one address, every reading noted; for nobody else, in no form."""

import csv
import io

import pytest
from small_city import FAMILY_NAME
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.security.keys import create_key
from app.security.roles import Role

PEOPLE = "/api/v1/practices/people"


@pytest.fixture(scope="module")
def agent(published):
    """Return the headers of an agent, and of an administrator."""
    engine = create_engine(published[0], poolclass=NullPool)
    with engine.begin() as connection:
        headers = {
            role: {"X-API-Key": create_key(connection, f"noms {role.label}", role, 1)}
            for role in (Role.AGENT, Role.ADMIN)
        }
    engine.dispose()
    return headers


@pytest.fixture
def rows(published):
    """Return a function that asks the store."""
    engine = create_engine(published[0], poolclass=NullPool)

    def ask(statement):
        with engine.connect() as connection:
            return connection.execute(text(statement)).all()

    yield ask
    engine.dispose()


def test_an_agent_reads_who_practises_where(client, agent, city):
    answer = client.get(PEOPLE, headers=agent[Role.AGENT])
    assert answer.status_code == 200
    item = answer.json()["items"][0]
    assert item["family_name"] == FAMILY_NAME
    assert item["site_id"] in city.sites.values()
    assert "no-store" in answer.headers["cache-control"]
    assert "etag" not in answer.headers


def test_the_same_as_a_table_a_map_and_a_page(client, agent):
    table = client.get(f"{PEOPLE}?format=csv", headers=agent[Role.AGENT])
    lines = list(csv.DictReader(io.StringIO(table.text)))
    assert {line["family_name"] for line in lines} == {FAMILY_NAME}
    drawn = client.get(f"{PEOPLE}?format=geojson", headers=agent[Role.AGENT]).json()
    assert drawn["features"][0]["properties"]["family_name"] == FAMILY_NAME
    first = client.get(f"{PEOPLE}?limit=1", headers=agent[Role.AGENT])
    assert len(first.json()["items"]) == 1
    assert 'rel="next"' in first.headers["link"]


def test_a_profession_and_a_territory_narrow_the_list(client, agent):
    every = client.get(PEOPLE, headers=agent[Role.AGENT]).json()["items"]
    some = client.get(
        f"{PEOPLE}?profession=medecin_generaliste&within=commune:00101", headers=agent[Role.AGENT]
    )
    assert 0 < len(some.json()["items"]) < len(every)
    assert {item["profession"] for item in some.json()["items"]} == {"medecin_generaliste"}


def test_establishments_have_no_name_of_a_person(client, agent):
    answer = client.get(f"{PEOPLE}?profession=pharmacie", headers=agent[Role.AGENT])
    assert (answer.status_code, answer.json()["parameter"]) == (422, "profession")


@pytest.mark.parametrize("form", ["json", "geojson", "csv", "xlsx", "parquet", "gpkg"])
def test_the_public_gets_no_name_in_any_form_even_after_an_agent_asked(client, agent, form):
    client.get(f"{PEOPLE}?format={form}", headers=agent[Role.AGENT])
    refused = client.get(f"{PEOPLE}?format={form}")
    assert refused.status_code == 401
    assert FAMILY_NAME.encode() not in refused.content
    public = client.get(f"/api/v1/practices?format={form}")
    assert public.status_code == 200
    assert FAMILY_NAME.encode() not in public.content


def test_every_reading_is_noted_and_never_whom_it_named(client, agent, rows):
    before = len(rows("SELECT FROM ops.audit WHERE action = 'names.read'"))
    count = len(
        client.get(f"{PEOPLE}?profession=medecin_generaliste", headers=agent[Role.AGENT]).json()["items"]
    )
    noted = rows("SELECT actor, role, subject, people, a::text AS all FROM ops.audit a ORDER BY id DESC")
    assert len(rows("SELECT FROM ops.audit WHERE action = 'names.read'")) == before + 1
    assert noted[0].actor.startswith("key:obs_")
    assert (noted[0].role, noted[0].subject) == ("agent", "profession=medecin_generaliste")
    assert 0 < noted[0].people <= count
    assert FAMILY_NAME not in noted[0].all


def test_names_are_not_shown_when_they_cannot_be_noted(own_city, open_client):
    url, _ = own_city
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        headers = {"X-API-Key": create_key(connection, "essai", Role.AGENT, 1)}
        connection.execute(text("REVOKE INSERT ON ops.audit FROM observatoire_clerk"))
    engine.dispose()
    with open_client(url) as client:
        answer = client.get(PEOPLE, headers=headers)
    assert answer.status_code == 503
    assert FAMILY_NAME not in answer.text


def test_an_administrator_reads_the_log_and_that_is_noted_too(client, agent, rows):
    told = client.get("/api/v1/audit?limit=5", headers=agent[Role.ADMIN]).json()
    assert told["items"]
    assert rows("SELECT action FROM ops.audit ORDER BY id DESC LIMIT 1")[0].action == "audit.read"
    table = client.get("/api/v1/audit?format=csv", headers=agent[Role.ADMIN])
    assert table.text.startswith("at,actor,role,action,subject,people")
    assert client.get("/api/v1/audit", headers=agent[Role.AGENT]).status_code == 403
