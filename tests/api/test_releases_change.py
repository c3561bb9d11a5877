"""What happens when releases change, and when the database is away."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from app.api import views
from app.api.snapshot import snapshot
from app.db.engines import read_engine

ADDRESS = "/api/v1/densities?level=commune&profession=medecin_generaliste"


def write(url, *statements):
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_after_a_rollback_the_older_release_is_what_is_read(own_city, open_client, publish_release):
    url, city = own_city
    with open_client(url) as client:
        before = client.get(ADDRESS)
        publish_release(url, city.releases["old"])
        after = client.get(ADDRESS, headers={"If-None-Match": before.headers["etag"]})
        assert after.status_code == 200
        assert after.json()["release"] == {"id": city.releases["old"], "vintage": "2025-05-01"}
        assert after.json()["title"].endswith("au 1er mai 2025")
        assert after.json()["items"][0]["headcount"] == before.json()["items"][0]["headcount"] + 4
        assert client.get(f"{ADDRESS}&release={city.releases['new']}").status_code == 404


def test_a_publication_in_between_never_mixes_two_releases(own_city, settings_on, publish_release):
    url, city = own_city
    engine = read_engine(settings_on(url))
    with snapshot(engine) as (connection, release):
        publish_release(url, city.releases["old"])
        heads = connection.execute(
            select(views.count.c.headcount).where(views.count.c.territory_id == city.territories["00102"])
        ).scalars()
        assert release.id == city.releases["new"]
        assert list(heads) == [1]
    with snapshot(engine) as (_, release):
        assert release.id == city.releases["old"]
    engine.dispose()


@pytest.mark.parametrize("table", ["supply.practitioner", "ops.source_file", "indicator.count"])
def test_the_api_may_read_nothing_but_what_is_published(own_city, settings_on, table):
    engine = read_engine(settings_on(own_city[0]))
    with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text(f"SELECT 1 FROM {table}"))
    engine.dispose()


@pytest.mark.parametrize(
    "address", [ADDRESS, "/api/v1/levels", "/api/v1/sources", "/api/v1/releases", "/tiles/1/base/0/0/0.mvt"]
)
def test_nothing_published_is_said_with_when_to_try_again(fresh_database_url, open_client, address):
    with open_client(fresh_database_url) as client:
        answer = client.get(address)
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert answer.json()["title"] == "Rien n'est publié"
        assert "observatoire refresh" in answer.json()["detail"]
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json() == {
            "status": "unavailable",
            "database": "ok",
            "release": None,
            "graph": None,
            "graph_problem": None,
            "worker": "absent",
        }


def test_a_database_that_goes_away_is_a_503_without_its_words(own_city, open_client, cluster):
    url, _ = own_city
    name = url.rsplit("/", 1)[1].split("?")[0]
    with open_client(url) as client:
        assert client.get(ADDRESS).status_code == 200
        drop(cluster, name)
        for address in (ADDRESS, "/api/v1/levels"):
            answer = client.get(address)
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
            assert answer.json()["detail"] == "La base de données ne répond pas."
            assert name not in answer.text
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["database"]) == (503, "unavailable")
        assert client.get("/healthz").status_code == 200
        assert "observatoire_published_release 0" in client.get("/metrics").text


def drop(cluster, name):
    engine = create_engine(cluster.address("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def test_a_query_that_takes_too_long_is_stopped_and_says_what_to_do(own_city, open_client):
    url, _ = own_city
    engine = create_engine(url, poolclass=NullPool)
    with open_client(url, statement_timeout_ms=150) as client, engine.begin() as blocking:
        blocking.execute(text("LOCK TABLE indicator.profession IN ACCESS EXCLUSIVE MODE"))
        answer = client.get(ADDRESS)
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert "trop de temps" in answer.json()["detail"]
        assert "within" in answer.json()["hint"]
    engine.dispose()


def test_many_readers_at_once_all_get_the_same_answer(own_city, open_client):
    with open_client(own_city[0]) as client, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.get(ADDRESS), range(32)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1


def test_sources_are_sent_again_when_a_file_was_checked_anew(own_city, open_client):
    url, _ = own_city
    with open_client(url) as client:
        first = client.get("/api/v1/sources")
        write(url, "UPDATE ops.source_file SET last_success_at = now() + interval '1 day'")
        again = client.get("/api/v1/sources", headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 200
        assert again.headers["etag"] != first.headers["etag"]
