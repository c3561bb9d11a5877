"""What is answered before the routes: the same bytes, of what is published, refused by the routes alone."""

import os
import signal
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.api import belief
from app.api.beforehand import Beforehand
from app.api.main import create_app

ISOCHRONES = "/api/v1/isochrones"
HERE = {"lon": "-3.302", "lat": "46.405", "mode": "walk"}
COVERAGE = "/api/v1/coverage?profession=medecin_generaliste&mode=walk&level=iris&minutes=3"
AWAY = "postgresql+psycopg://nobody@/none?host=/nowhere"
DENSITIES = "/api/v1/densities?level=iris&profession=medecin_generaliste"
KEPT = (COVERAGE, DENSITIES, "/api/v1/professions", f"{DENSITIES}&format=csv")


@pytest.fixture(scope="module")
def engine(served_town):
    made = create_engine(served_town.town.url, poolclass=NullPool)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def lasting():
    """Let what is believed last for all tests: they say when the base is asked anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(belief, "BELIEVED_S", 3600.0)
        yield


@pytest.fixture(scope="module")
def believing(served_town, client, engine, lasting):
    """Return a client whose application believes what was published as it started, and nothing after."""
    with type(client)(create_app(served_town.settings()), raise_server_exceptions=False) as opened:
        look(opened, engine)
        yield opened


def look(client, engine):
    state = client.app.state
    Beforehand(engine, state.people, state.settings.home, state.belief).look()


@contextmanager
def without_base(client):
    """Make every question to the base a failure."""
    engine, client.app.state.engine = client.app.state.engine, create_engine(AWAY, poolclass=NullPool)
    yield
    client.app.state.engine = engine


def told(answer):
    """Return all of an answer but the name of its request."""
    return answer.status_code, answer.content, {**answer.headers, "x-request-id": ""}


@pytest.mark.parametrize("path", KEPT)
def test_a_kept_answer_is_given_again_without_the_base(believing, path):
    first = believing.get(path)
    assert first.status_code == 200, first.text
    with without_base(believing):
        assert told(believing.get(path)) == told(first)
        held = believing.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (held.status_code, held.content, held.headers["etag"]) == (304, b"", first.headers["etag"])
        assert believing.head(path).headers["content-length"] == first.headers["content-length"]


@pytest.mark.parametrize("name", ["Authorization", "X-API-Key", "Cookie"])
def test_whoever_says_who_they_are_is_heard_by_the_routes(believing, name):
    assert believing.get(DENSITIES).status_code == 200
    said = f"observatoire_session={'x' * 40}" if name == "Cookie" else "Bearer rien"
    with without_base(believing):
        assert believing.get(DENSITIES).status_code == 200
        assert believing.get(DENSITIES, headers={name: said}).status_code >= 400


def test_other_headers_of_acceptance_are_other_answers(believing):
    table = {"Accept": "text/csv"}
    first = believing.get(DENSITIES), believing.get(DENSITIES, headers=table)
    again = believing.get(DENSITIES), believing.get(DENSITIES, headers=table)
    assert [one.headers["content-type"] for one in again] == [one.headers["content-type"] for one in first]
    assert again[0].content != again[1].content


def test_a_header_without_end_is_not_remembered(believing):
    endless = {"Accept": ", ".join(["application/json"] * 1_000)}
    assert believing.get(DENSITIES, headers=endless).status_code == 200
    with without_base(believing):
        assert believing.get(DENSITIES, headers=endless).status_code == 503


@pytest.mark.parametrize(
    "changed",
    [
        {"minutes": "5,10,15"},
        {"minutes": "15, 5", "shape": "ring", "profession": "medecin_generaliste"},
        {"minutes": "20", "mode": "bike", "format": "geojson"},
        {"minutes": "60", "mode": "car"},
    ],
)
def test_an_isochrone_drawn_ahead_of_the_routes_is_theirs(believing, served_client, changed):
    believing.get(ISOCHRONES, params={**HERE, **changed, "lat": "46.404"})  # what it needs is read
    with without_base(believing):
        drawn = believing.get(ISOCHRONES, params={**HERE, **changed})
    assert drawn.status_code == 200, drawn.text
    assert told(drawn) == told(served_client.get(ISOCHRONES, params={**HERE, **changed}))
    counted = believing.get("/metrics").text
    assert f'route="{ISOCHRONES}",status="200"' in counted


@pytest.mark.parametrize(
    "query",
    [
        "lon=-3.302&lat=46.405&mode=walk&minutes=5&minutes=6",
        "lon=-3.302&lat=46.405&mode=walk&minutes=",
        "lon=-3.302&lat=46.405&mode=walk&minutes=99",
        "lon=46.405&lat=-3.302&mode=walk&minutes=5",
        "lon=x&lat=46.405&mode=walk&minutes=5",
        "lon=-3.302&lat=46.405&mode=walk&minutes=5&speed=3",
        "lon=-3.302&lat=46.405&mode=walk&minutes=5&release=99",
        "lon=-3.302&lat=46.405&mode=walk&minutes=5&departure=2025-11-12",
        "lon=-3.302&lat=46.405&mode=transit&minutes=5",
        "lon=-3.302&lat=46.405&mode=walk&minutes=5&profession=medecin",
    ],
)
def test_what_the_routes_refuse_is_refused_in_their_words(believing, served_client, query):
    believing.get(ISOCHRONES, params={**HERE, "minutes": "5"})
    refused = believing.get(f"{ISOCHRONES}?{query}")
    assert refused.status_code >= 400
    assert told(refused) == told(served_client.get(f"{ISOCHRONES}?{query}"))


def test_a_process_lost_ahead_of_the_routes_costs_the_reader_nothing(believing):
    asked = {**HERE, "minutes": "7", "mode": "car"}
    believing.get(ISOCHRONES, params=asked)
    (pid,) = believing.app.state.routing.pids()
    os.kill(pid, signal.SIGKILL)
    assert believing.get(ISOCHRONES, params={**asked, "minutes": "8"}).status_code == 200


@pytest.mark.usefixtures("lasting")
def test_the_pace_of_an_address_is_counted_once_whoever_answers(served_town, client, engine):
    settings = served_town.settings().model_copy(update={"limit_per_address": 20})
    with type(client)(create_app(settings), raise_server_exceptions=False) as opened:
        look(opened, engine)
        # An isochrone counts for five: read by its route, drawn ahead of it, given again, passed on.
        asked = [{**HERE, "minutes": minutes} for minutes in ("5", "6", "6", "7", "7")]
        assert [opened.get(ISOCHRONES, params=one).status_code for one in asked] == [200] * 4 + [429]


@pytest.mark.usefixtures("lasting")
def test_an_answer_is_of_one_release_whole_and_never_of_one_before(own_city, open_client, publish_release):
    url, _ = own_city
    base = create_engine(url, poolclass=NullPool)
    with base.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO ops.release (vintage, status, fingerprint)"
                " SELECT vintage, 'retired', 'another' FROM ops.release WHERE status = 'published'"
            )
        )
        later = connection.execute(text("SELECT max(id) FROM ops.release")).scalar_one()
    with open_client(url) as client:
        look(client, base)
        first = client.get("/api/v1/professions")
        publish_release(url, later)
        assert told(client.get("/api/v1/professions")) == told(first), "what was said is still believed"
        # Another address, which has to be read: who was given the new release is given no older one.
        assert client.get("/api/v1/levels").json()["release"]["id"] == later
        assert client.get("/api/v1/professions").json()["release"]["id"] == later
    base.dispose()
