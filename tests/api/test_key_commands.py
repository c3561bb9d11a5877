"""``observatoire key`` and ``observatoire audit``: keys made, listed, ended, and what was noted of it."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool


@dataclass
class Place:
    """A database and a folder, as the fixture that runs commands wants them."""

    url: str
    home: Path


@dataclass
class Deployment:
    """Where a command runs."""

    town: Place


@pytest.fixture
def run(command, own_city, tmp_path):
    """Return a function that runs a command on a city of the test's own."""
    deployment = Deployment(Place(own_city[0], tmp_path))
    return lambda *words: command(deployment, *words)


def test_a_key_is_shown_once_listed_without_itself_and_ended_at_once(run, own_city, open_client):
    made = run("key", "create", "Carnet de la planification", "--role", "agent", "--days", "30")
    key = made.out.decode().strip()
    assert made.code == 0
    assert key[:12] in made.err
    assert key not in made.err
    listed = run("key", "list").out.decode()
    assert key[:12] in listed
    assert "Carnet de la planification" in listed
    assert "jamais" in listed
    assert key[13:] not in listed
    with open_client(own_city[0]) as client:
        headers = {"Authorization": f"Bearer {key}"}
        assert client.get("/api/v1/me", headers=headers).json()["role"] == "agent"
        assert "jamais" not in run("key", "list").out.decode()
        assert run("key", "revoke", key[:12]).code == 0
        assert client.get("/api/v1/me", headers=headers).status_code == 401
    assert "révoquée" in run("key", "list").out.decode()
    told = run("audit").out.decode()
    assert "clef créée" in told
    assert "clef révoquée" in told
    assert key[13:] not in told


def test_a_key_out_of_date_opens_nothing(run, own_city, open_client):
    key = run("key", "create", "essai").out.decode().strip()
    engine = create_engine(own_city[0], poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("UPDATE ops.api_key SET expires_at = now() - interval '1 second'"))
    engine.dispose()
    with open_client(own_city[0]) as client:
        assert client.get("/api/v1/me", headers={"X-API-Key": key}).status_code == 401
    assert "expirée" in run("key", "list").out.decode()


@pytest.mark.parametrize(
    ("words", "code"),
    [(("revoke", "obs_00000000"), 1), (("create", ""), 1), (("create", "a", "--role", "roi"), 2)],
    ids=["unknown", "no name", "no such role"],
)
def test_what_cannot_be_done_is_refused(run, words, code):
    assert run("key", *words).code == code
