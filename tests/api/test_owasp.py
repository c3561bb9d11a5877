"""OWASP API Security Top 10 (2023), item by item; docs/securite.md says which test stands for which."""

import csv
import gzip
import hmac
import io
import re
import statistics
import time
import zipfile
from collections import Counter
from datetime import UTC, datetime

import pytest
from small_city import FAMILY_NAME, write_city
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.security.keys import create_key, digest_of, holder_of
from app.security.roles import TABLE, Role
from app.settings import PROJECT

SECURITY = PROJECT / "docs/securite.md"
FORMULAS = ["=HYPERLINK(1)", "+1", "-1+1", "@SUM(1)", "\t=1", "\r=1"]


def test_api1_an_object_is_shown_for_what_it_is_never_for_who_guesses_its_number(client):
    """API1, broken object level authorization: what is published is for all, the rest has no number."""
    for number in (0, 10**9, -1):
        assert client.get(f"/api/v1/releases/{number}").status_code in (404, 422)


def test_api2_a_broken_session_or_key_is_nobody(client):
    """API2, broken authentication: test_tokens, test_sign_in and test_roles try the rest."""
    client.cookies.set("observatoire", "x" * 43)
    try:
        assert client.get("/api/v1/me").json()["role"] == "public"
        assert client.get("/api/v1/practices/people").status_code == 401
    finally:
        client.cookies.clear()


def test_api3_no_answer_to_the_public_has_a_property_that_names_somebody(client):
    """API3, broken object property level authorization."""
    for line in TABLE:
        if line.method == "GET" and line.role is Role.PUBLIC and "{" not in line.path:
            answer = client.get(line.path, params={"profession": "medecin_generaliste", "level": "iris"})
            assert FAMILY_NAME not in answer.text, line.path


def test_api4_what_a_demand_may_cost_is_bounded(client):
    """API4, unrestricted resource consumption: test_limits and test_slow_clients try the rest."""
    assert client.get("/api/v1/practices?limit=1000000000").status_code == 422
    points = [{"lon": 0, "lat": 0}] * 501
    assert client.post("/api/v1/isochrones", json={"points": points}).status_code == 422
    ring = [[0, 0], [0, 1], [1, 1], [0, 0]]
    crowded = {"type": "Polygon", "coordinates": [ring[:1] * 400_000 + ring]}
    assert client.post("/api/v1/territories/perimetre", json=crowded).status_code in (413, 422)
    written = {"Content-Type": "application/json"}
    for path in ("/api/v1/territories/perimetre", "/api/v1/coverage", "/api/v1/isochrones"):
        for deep in (b"[" * 200_000, b'{"a":' * 100_000):
            assert client.post(path, content=deep, headers=written).status_code == 422
        # A compressed body is read as it comes: nothing swells.
        bomb = client.post(
            path, content=gzip.compress(bytes(10_000_000)), headers=written | {"Content-Encoding": "gzip"}
        )
        assert bomb.status_code == 422


def test_api5_what_an_administrator_may_ask_nobody_else_may(client):
    """API5, broken function level authorization: test_roles tries every route under every role."""
    assert client.get("/api/v1/audit").status_code == 401
    for method in ("PUT", "DELETE", "PATCH"):
        assert client.request(method, "/api/v1/audit").status_code in (401, 405)


def test_api6_nothing_that_is_sold_or_counted_can_be_taken_by_a_machine():
    """API6, unrestricted access to sensitive business flows: one route writes, and ends one's own session."""
    writing = {line.path for line in TABLE if line.method not in ("GET", "POST")}
    posted = {line.path for line in TABLE if line.method == "POST"}
    assert writing == set()
    assert posted == {
        "/deconnexion",
        "/api/v1/isochrones",
        "/api/v1/coverage",
        "/api/v1/territories/perimetre",
        "/api/v1/pictures/carte.{form}",
    }


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "file:///etc/passwd", "http://169.254.169.254/"])
def test_api7_no_parameter_makes_the_server_fetch_an_address(client, address):
    """API7, server side request forgery."""
    for name in ("url", "callback", "source", "profession", "within"):
        answer = client.get("/api/v1/densities", params={"level": "iris", name: address})
        assert answer.status_code == 422
        assert "root:" not in answer.text


@pytest.mark.parametrize("address", ["/", "/api/v1/levels", "/nowhere", "/api/v1/densities", "/docs"])
def test_api8_every_answer_has_its_protecting_headers_and_no_trace_of_a_fault(client, address):
    """API8, security misconfiguration."""
    answer = client.get(address)
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers
    for leak in ("Traceback", "psycopg", "sqlalchemy"):
        assert leak not in answer.text
    assert client.request("TRACE", "/api/v1/levels").status_code in (404, 405)


def test_api9_what_is_offered_is_what_is_listed(client):
    """API9, improper inventory management: test_roles compares the table with the routes, both ways."""
    listed = set(client.get("/api/v1/openapi.json").json()["paths"])
    assert {line.path for line in TABLE if line.path.startswith("/api/v1/")} - listed <= {
        "/api/v1/openapi.json",
        "/api/v1/audit",
    }
    for old in ("/api/v0/levels", "/api/v2/levels", "/api/levels", "/admin", "/.env", "/api/v1/debug"):
        assert client.get(old).status_code == 404


def test_api10_what_another_service_says_is_not_believed():
    """API10, unsafe consumption of APIs: files and providers; this names the tests that try it."""
    for name in (
        "jobs/test_fetch.py",
        "jobs/test_guards.py",
        "unit/test_tokens.py",
        "unit/test_geoplateforme.py",
    ):
        assert (PROJECT / "tests" / name).is_file()


def test_the_page_on_security_names_a_test_or_a_reason_for_every_item():
    said = SECURITY.read_text(encoding="utf-8")
    for item in range(1, 11):
        assert re.search(rf"^\| API{item}\b.*(test_|Sans objet)", said, re.MULTILINE), item
    for name in re.findall(r"`(tests/[\w/]+\.py)`", said):
        assert (PROJECT / name).is_file(), name


# Where the store keeps a text that a register wrote, and that a table of the API may show.
WRITTEN = (
    *("territory.territory.name", "territory.stated_population.name", "supply.practitioner.family_name"),
    *("supply.practitioner.given_name", "supply.practitioner.civility", "supply.practice.name"),
    *("supply.site.name", "supply.site.number", "supply.site.street", "supply.site.town"),
    *("supply.establishment.name", "ops.source_file.file_name", "ops.job_run.message"),
)
HOSTILE = [
    *FORMULAS,
    "a;=1+1",
    "a,=1+1",
    '"},{"type":"x',
    "<script>alert(1)</script>",
    "a\r\nSet-Cookie: a=b",
]


@pytest.fixture(scope="module")
def hostile_names(clone_database, settings_on):
    """Return a client of a city whose people, places and territories have hostile names, with a key."""
    from starlette.testclient import TestClient

    from app.api.main import create_app

    url = clone_database()
    write_city(url)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for place in WRITTEN:
            table, _, column = place.rpartition(".")
            # Each line another text, of those that the column takes.
            statement = f"UPDATE {table} SET {column} = (CAST(:all AS text[]))[1 + ctid_rank % :many]"
            ranked = f"(SELECT ctid AS place, row_number() OVER () AS ctid_rank FROM {table}) r"
            connection.execute(
                text(f"{statement} FROM {ranked} WHERE {table}.ctid = r.place"),
                {"all": HOSTILE, "many": len(HOSTILE)},
            )
        key = create_key(connection, "=1+1", Role.ADMIN, 1)
    engine.dispose()
    with TestClient(create_app(settings_on(url)), raise_server_exceptions=False) as opened:
        opened.headers["X-API-Key"] = key
        yield opened


def test_no_cell_of_any_table_runs(hostile_names):
    """CSV and workbook injection: what begins like a formula becomes text, in every list that is a table."""
    asked = {"level": "iris", "profession": "medecin_generaliste"}
    described = hostile_names.get("/api/v1/openapi.json").json()["paths"]
    seen = Counter()
    for path, operations in described.items():
        taken = {one["name"] for one in operations.get("get", {}).get("parameters", ())}
        if "format" not in taken or "{" in path:
            continue
        given = {name: value for name, value in asked.items() if name in taken}
        answer = hostile_names.get(path, params=given | {"format": "csv"})
        seen[answer.headers["content-type"].partition(";")[0]] += 1
        if answer.status_code == 200:
            # A spreadsheet of another country parts cells elsewhere.
            for separator in ",;\t":
                lines = csv.reader(io.StringIO(answer.text, newline=""), delimiter=separator)
                cells = [cell for line in lines for cell in line]
                running = [cell for cell in cells if re.match(r"[=+@\t\r]|-[^\d]", cell)]
                assert running == [], (path, separator)
        book = hostile_names.get(path, params=given | {"format": "xlsx"})
        if book.status_code == 200:
            with zipfile.ZipFile(io.BytesIO(book.content)) as parts:
                for name in parts.namelist():
                    assert b"<f>" not in parts.read(name), (path, name)
                    assert b"<hyperlink" not in parts.read(name), (path, name)
    assert seen["text/csv"] > 10


def test_no_name_breaks_out_of_geojson(hostile_names):
    """GeoJSON injection: geometry is copied as text beside names, which are written by a JSON library."""
    drawn = hostile_names.get("/api/v1/territories?level=iris&format=geojson").json()
    assert {feature["type"] for feature in drawn["features"]} == {"Feature"}
    hostile = {"type": "Polygon", "coordinates": [[["1;DROP", 0], [0, 1], [1, 1], ["1;DROP", 0]]]}
    assert hostile_names.post("/api/v1/territories/perimetre", json=hostile).status_code == 422


@pytest.mark.parametrize(
    "value", ["a\r\nSet-Cookie: a=b", "a%0d%0aSet-Cookie:%20a=b", 'x"; filename="evil.exe']
)
def test_no_value_breaks_out_of_a_header(client, value):
    """Header injection: through what names a download, the form, the release, the request."""
    for address in (
        f"/api/v1/practices?format=csv&profession={value}",
        f"/api/v1/densities?level=iris&format=csv&profession={value}",
        f"/connexion/depart?vers={value}",
    ):
        answer = client.get(address.replace("\r\n", "%0d%0a").replace(" ", "%20"))
        assert "set-cookie" not in answer.headers
        assert "evil" not in answer.headers.get("content-disposition", "")


@pytest.mark.parametrize("path", ["/ogc", "/api/v1/levels/", "/static", "/ogc/", "/api/v1/catalogue"])
def test_no_redirect_nor_link_leads_where_the_request_says_that_the_site_is(published, settings_on, path):
    """Host header injection: through a cache or a careless proxy, an open redirect for everybody."""
    from starlette.testclient import TestClient

    from app.api.main import create_app
    from app.web.pages import STATIC, router

    settings = settings_on(published[0], public_url="https://soins.ville.example")
    app = create_app(settings, pages=router, static=STATIC)
    with TestClient(app, base_url="http://evil.example", follow_redirects=False) as client:
        answer = client.get(path)
    assert answer.status_code in (200, 307)
    assert "evil.example" not in answer.text
    assert answer.headers.get("location", "https://soins.ville.example/").startswith(
        "https://soins.ville.example/"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../pyproject.toml",
        "/static/..%2f..%2fpyproject.toml",
        "/static/%2e%2e/%2e%2e/.env",
        "//etc/passwd",
    ],
)
def test_no_path_leads_out_of_the_static_files(published, settings_on, path):
    """Path traversal."""
    from starlette.testclient import TestClient

    from app.api.main import create_app
    from app.web.pages import STATIC, router

    with TestClient(create_app(settings_on(published[0]), pages=router, static=STATIC)) as client:
        answer = client.get(path)
    assert answer.status_code == 404
    assert "bandit" not in answer.text


def test_a_key_is_compared_in_a_time_that_tells_nothing(connection, monkeypatch):
    """Timing: digests of one length, compared whole, once, whether the prefix is known or not."""
    key, now = create_key(connection, "essai", Role.AGENT, 1), datetime.now(UTC)
    compare, compared = hmac.compare_digest, []

    def recorded(one, other):
        compared.append((len(one), len(other)))
        return compare(one, other)

    wrong_first, wrong_last = f"{key[:13]}{'A' * 43}", f"{key[:-1]}{'A' if key[-1] != 'A' else 'B'}"
    unknown = f"obs_00000000_{key[13:]}"
    monkeypatch.setattr("app.security.keys.hmac.compare_digest", recorded)
    found = [holder_of(connection, one, now) for one in (key, wrong_first, wrong_last, unknown)]
    assert [one is not None for one in found] == [True, False, False, False]
    assert compared == [(32, 32)] * 4


def test_comparing_takes_as_long_wherever_the_difference_is():
    right = digest_of("a key")
    early, late = bytes([right[0] ^ 1]) + right[1:], right[:-1] + bytes([right[-1] ^ 1])
    assert 0.5 < _time(right, early) / _time(right, late) < 2


def _time(one, other):
    """Return the median time of a comparison, in nanoseconds: a busy machine does not show in it."""
    times = []
    for _ in range(2_000):
        start = time.perf_counter_ns()
        hmac.compare_digest(one, other)
        times.append(time.perf_counter_ns() - start)
    return statistics.median(times)
