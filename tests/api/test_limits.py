"""How often one may ask: by address, by key, by what a demand costs; and how large a demand may be."""

import time

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.security.callers import ANYBODY
from app.security.keys import create_key
from app.security.roles import Role

FREE = ("/healthz", "/readyz", "/metrics")


@pytest.fixture
def narrow(published, open_client):
    """Return a client of a site where an address may ask 20 a minute, and a key 40."""
    with open_client(published[0], limit_per_address=20, limit_per_key=40) as opened:
        yield opened


@pytest.fixture(scope="module")
def key(published):
    """Return a key of the public."""
    engine = create_engine(published[0], poolclass=NullPool)
    with engine.begin() as connection:
        made = create_key(connection, "limites", Role.PUBLIC, 1)
    engine.dispose()
    return {"X-API-Key": made}


def exhaust(client, **sent):
    """Ask until refused; return how many demands passed, and the refusal."""
    for passed in range(200):
        answer = client.get("/api/v1/levels", **sent)
        if answer.status_code == 429:
            return passed, answer
    pytest.fail("never refused")


def test_an_address_that_asks_too_much_is_told_when_to_come_back(narrow):
    passed, refused = exhaust(narrow)
    assert 20 <= passed <= 22
    assert refused.headers["content-type"] == "application/problem+json"
    assert 1 <= int(refused.headers["retry-after"]) <= 3
    body = refused.json()
    assert (body["status"], body["title"], body["type"]) == (
        429,
        "Trop de demandes",
        "/docs#trop-de-demandes",
    )
    assert "clef" in body["hint"]


def test_a_key_has_its_own_higher_limit(narrow, key):
    exhaust(narrow)
    passed, refused = exhaust(narrow, headers=key)
    assert 40 <= passed <= 42
    assert refused.json()["detail"].startswith("Cette clef")


def test_an_isochrone_costs_more_than_a_list(narrow):
    answers = [narrow.get("/api/v1/isochrones?lon=0&lat=0&minutes=5").status_code for _ in range(6)]
    assert answers.count(429) == 2
    assert narrow.get("/api/v1/levels").status_code == 429


def test_what_watches_the_site_is_never_counted(narrow):
    exhaust(narrow)
    for address in FREE:
        assert narrow.get(address).status_code == 200


def test_trying_keys_is_stopped(narrow):
    tried = [
        narrow.get("/api/v1/levels", headers={"X-API-Key": f"obs_{number:08d}_{'A' * 43}"}).status_code
        for number in range(8)
    ]
    assert tried == [401] * 4 + [429] * 4


def test_without_a_limit_nobody_is_refused(published, open_client):
    with open_client(published[0], limit_per_address=0) as client:
        assert {client.get("/api/v1/levels").status_code for _ in range(60)} == {200}


def test_the_map_asked_by_a_hundred_people_of_one_address_passes(client):
    gate = client.app.state.gate
    asked = [gate.wait(ANYBODY, "203.0.113.1", 1) for _ in range(100 * 15)]
    asked += [gate.wait(ANYBODY, "203.0.113.1", 5) for _ in range(100)]
    assert set(asked) == {0}


def test_workers_count_together(published, settings_on, tmp_path):
    from starlette.testclient import TestClient

    from app.api.main import create_app

    settings = settings_on(published[0], limit_per_address=20)
    with (
        TestClient(create_app(settings, shared=tmp_path)) as first,
        TestClient(create_app(settings, shared=tmp_path)) as second,
    ):
        exhaust(first)
        assert second.get("/api/v1/levels").status_code == 429


def test_the_check_costs_far_less_than_a_third_of_a_millisecond(client):
    gate = client.app.state.gate
    start = time.perf_counter()
    for number in range(2_000):
        gate.limits.take(f"198.51.100.{number % 250}", 1, 1_000_000)
    assert (time.perf_counter() - start) / 2_000 < 0.000_3


def test_a_body_past_the_limit_is_refused_before_it_is_read(published, open_client):
    with open_client(published[0], max_body_bytes=1_000) as client:
        said = client.post("/api/v1/isochrones", content=b"x" * 1_001)
        streamed = client.post("/api/v1/isochrones", content=iter([b"x" * 600, b"x" * 600]))
    for answer in (said, streamed):
        assert answer.status_code == 413
        assert answer.json()["title"] == "Requête trop grande"


def test_a_statement_that_takes_too_long_is_stopped(published, settings_on):
    from sqlalchemy import text
    from sqlalchemy.exc import OperationalError

    from app.db.engines import clerk_engine, read_engine, reserved_engine

    settings = settings_on(published[0], statement_timeout_ms=100)
    for make in (read_engine, reserved_engine, clerk_engine):
        engine = make(settings)
        with engine.connect() as connection, pytest.raises(OperationalError, match="statement timeout"):
            connection.execute(text("SELECT pg_sleep(30)"))
        engine.dispose()
