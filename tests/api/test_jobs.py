"""What is being loaded, readable while it runs."""

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.jobs.ledger import Ledger


@pytest.fixture
def own(fresh_database_url, open_client):
    engine = create_engine(fresh_database_url, poolclass=NullPool)
    with open_client(fresh_database_url) as client:
        yield engine, client
    engine.dispose()


def test_a_run_tells_its_step_and_its_progress_before_anything_is_published(own):
    engine, client = own
    assert client.get("/api/v1/jobs").json() == {"count": 0, "items": []}
    with Ledger(engine, task="source", register="annuaire") as ledger:
        ledger.step("chargement")
        ledger.progress(550, 2200)
        answer = client.get("/api/v1/jobs")
        [item] = answer.json()["items"]
        assert (item["task"], item["register"], item["step"]) == ("source", "annuaire", "chargement")
        assert (item["done"], item["total"], item["share"]) == (550, 2200, 0.25)
        assert answer.headers["cache-control"] == "no-store"
        ledger.progress(551, 2200)
        assert client.get("/api/v1/jobs").json()["items"][0]["done"] == 550, "told once a second at most"
        ledger.step("fusion")
        assert client.get("/api/v1/jobs").json()["items"][0]["share"] is None
    assert client.get("/api/v1/jobs").json()["count"] == 0


def test_no_file_name_and_no_message_is_shown(own):
    engine, client = own
    with Ledger(engine, task="refresh", file_name="chez-nous.csv"):
        [item] = client.get("/api/v1/jobs").json()["items"]
    assert "chez-nous" not in str(item)
    assert {"message", "file_name"}.isdisjoint(item)


def test_an_unknown_parameter_is_refused(own):
    _, client = own
    answer = client.get("/api/v1/jobs?x=1")
    assert (answer.status_code, answer.json()["parameter"]) == (422, "x")
