"""What each role may ask: the table against every route, and every route against the table."""

import re
from datetime import UTC, datetime

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.api.entrance import REFUSED_COST
from app.api.main import create_app
from app.security.gate import Gate
from app.security.keys import create_key
from app.security.roles import TABLE, Role, guide_lines, line_of
from app.settings import PROJECT
from app.web.pages import STATIC, router

UNKNOWN_KEY = f"obs_00000000_{'A' * 43}"


@pytest.fixture(scope="module")
def keys(published):
    """Return a key of each role on the city."""
    engine = create_engine(published[0], poolclass=NullPool)
    with engine.begin() as connection:
        made = {role: create_key(connection, f"essai {role.label}", role, 1) for role in Role}
    engine.dispose()
    return made


@pytest.fixture(scope="module")
def site(published, settings_on):
    """Return a client of the whole site, pages included."""
    from starlette.testclient import TestClient

    app = create_app(settings_on(published[0]), pages=router, static=STATIC)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as opened:
        yield opened


def ask(client, line, key=None):
    address = re.sub(r"\{[^}]+\}", "1", line.path).removesuffix("/")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return client.request(line.method, address or "/", headers=headers)


def test_every_route_has_its_line_and_every_line_its_route(site):
    routes = {
        (method, route.path)
        for route in iter_route_contexts(site.app.routes)
        for method in (route.methods or {"GET"}) - {"HEAD"}
    }
    assert routes - {(line.method, line.path) for line in TABLE} == set(), "à ajouter à app/security/roles.py"
    assert {(line.method, line.path) for line in TABLE} - routes == set()


@pytest.mark.parametrize("line", TABLE, ids=lambda line: f"{line.method} {line.path}")
def test_a_route_opens_to_its_role_to_no_other_and_counts_what_it_says(site, keys, line, monkeypatch):
    counted = []
    monkeypatch.setattr(Gate, "wait", lambda _gate, caller, _address, cost: counted.append(cost) or 0.0)
    answers = {role: ask(site, line, keys[role]) for role in Role}
    nobody, broken = ask(site, line), ask(site, line, UNKNOWN_KEY)
    if line.path != "/static":  # files, given to all alike
        assert broken.status_code == 401
        assert counted == [line.cost] * (len(Role) + 1) * bool(line.cost) + [REFUSED_COST]
    for role, answer in answers.items():
        refused = answer.status_code == 403 and "Cette adresse est réservée" in answer.text
        assert refused == (role < line.role), (role, answer.status_code)
    assert (nobody.status_code == 401) == (line.role > Role.PUBLIC)
    assert {answer.status_code for answer in answers.values()}.isdisjoint({500})


def test_a_route_without_a_line_is_for_administrators_alone():
    assert line_of("GET", "/api/v1/new").role is Role.ADMIN
    assert line_of("DELETE", "/api/v1/practices").role is Role.ADMIN


def test_the_page_on_roles_is_the_table():
    written = (PROJECT / "docs/acces.md").read_text(encoding="utf-8")
    assert written == "\n".join(guide_lines()) + "\n"


def test_a_refusal_says_what_to_do(client):
    answer = client.get("/api/v1/practices/people")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "/connexion" in answer.json()["hint"]


@pytest.mark.parametrize(
    "header", [{"Authorization": "Bearer {}"}, {"Authorization": "bearer  {}"}, {"X-API-Key": "{}"}]
)
def test_a_key_goes_in_either_header(client, keys, header):
    told = client.get(
        "/api/v1/me", headers={name: form.format(keys[Role.AGENT]) for name, form in header.items()}
    )
    assert (told.json()["role"], told.json()["name"], told.json()["names"]) == ("agent", "essai agent", True)
    assert "no-store" in told.headers["cache-control"]


@pytest.mark.parametrize("broken", ["", "x", UNKNOWN_KEY, "obs_'; --", "é", "\x00"])
def test_a_key_that_opens_nothing_is_refused_even_where_the_public_may_ask(client, broken):
    answer = client.get("/api/v1/professions", headers={"X-API-Key": broken.encode()})
    assert answer.status_code == 401
    assert answer.json()["detail"].startswith("Cette clef n'ouvre rien")


def test_a_key_with_one_letter_changed_opens_nothing(client, keys):
    key = keys[Role.ADMIN]
    other = key[:-1] + ("A" if key[-1] != "A" else "B")
    assert client.get("/api/v1/me", headers={"X-API-Key": other}).status_code == 401


def test_nobody_asks_as_somebody(client):
    told = client.get("/api/v1/me").json()
    assert (told["role"], told["name"], told["names"]) == ("public", None, False)


def test_the_last_use_of_a_key_is_noted(client, keys, published):
    client.get("/api/v1/me", headers={"X-API-Key": keys[Role.PUBLIC]})
    engine = create_engine(published[0], poolclass=NullPool)
    with engine.connect() as connection:
        asked = "SELECT last_used_at FROM ops.api_key WHERE label = 'essai public'"
        used = connection.execute(text(asked)).scalar_one()
    engine.dispose()
    assert abs((datetime.now(UTC) - used).total_seconds()) < 300


def test_what_is_kept_of_a_key_opens_nothing(client, keys, published):
    engine = create_engine(published[0], poolclass=NullPool)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT prefix, digest, k::text FROM ops.api_key k")).all()
    engine.dispose()
    assert {row.prefix for row in rows} >= {key[:12] for key in keys.values()}
    for row in rows:
        assert not any(key[13:] in row.k for key in keys.values())
        stolen = f"{row.prefix}_{row.digest.hex()[:43]}"
        assert client.get("/api/v1/me", headers={"X-API-Key": stolen}).status_code == 401
