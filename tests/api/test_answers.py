"""What every answer has: validators, compression, headers, no NaN."""

import gzip
import json
from datetime import date

import numpy as np
import pytest

from app.api.answers import to_csv, to_features, to_json
from app.api.kept import Answer, KeptAnswers

LISTS = [
    "/api/v1/levels",
    "/api/v1/professions",
    "/api/v1/indicators",
    "/api/v1/sources",
    "/api/v1/releases",
    "/api/v1/territories?level=iris",
    "/api/v1/territories/iris/001010101",
    "/api/v1/practices?profession=medecin_generaliste",
    "/api/v1/densities?level=iris&profession=medecin_generaliste",
]


@pytest.mark.parametrize("address", LISTS)
def test_an_answer_names_its_release_and_is_not_sent_twice(client, city, address):
    first = client.get(address)
    assert first.status_code == 200
    assert first.json()["release"] == {"id": city.releases["new"], "vintage": "2025-11-03"}
    assert f'"release-{city.releases["new"]}-' in first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    again = client.get(address, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


def test_validators_differ_by_address_and_form_and_not_by_order(client):
    base = "/api/v1/territories?level=iris"
    etags = [
        client.get(address).headers["etag"]
        for address in (base, f"{base}&format=csv", "/api/v1/territories?level=qpv")
    ]
    assert len(set(etags)) == 3
    one = client.get("/api/v1/territories?level=iris&format=json").headers["etag"]
    other = client.get("/api/v1/territories?format=json&level=iris").headers["etag"]
    assert one == other
    accepted = client.get(base, headers={"Accept": "text/csv"}).headers["etag"]
    assert accepted != etags[0]


def test_an_answer_of_this_release_is_counted_once(client, monkeypatch):
    address = "/api/v1/densities?level=commune&profession=medecin_generaliste&per=1000"
    first = client.get(address)

    def never(*_):
        raise AssertionError

    monkeypatch.setattr("app.api.routes.densities.find_profession", never)
    again = client.get("/api/v1/densities?per=1000&profession=medecin_generaliste&level=commune")
    assert again.status_code == 200
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert again.headers["content-type"] == first.headers["content-type"]


def test_kept_answers_stay_within_their_bytes_and_the_last_asked_survive():
    kept = KeptAnswers(most_bytes=10, largest_bytes=6)
    for name in "abc":
        kept.keep((name,), Answer(b"1234", "text/plain", {}))
        kept.find(("a",))
    assert kept.find(("a",))
    assert kept.find(("c",))
    assert kept.find(("b",)) is None
    kept.keep(("large",), Answer(b"1234567", "text/plain", {}))
    assert kept.find(("large",)) is None
    kept.keep(("a",), Answer(b"12", "text/plain", {}))
    kept.keep(("d",), Answer(b"1234", "text/plain", {}))
    assert all(kept.find((name,)) for name in "acd")


def test_a_current_answer_is_told_before_anything_is_counted(client, monkeypatch):
    address = "/api/v1/densities?level=iris&profession=medecin_generaliste"
    etag = client.get(address).headers["etag"]

    def never(*_):
        raise AssertionError

    monkeypatch.setattr("app.api.routes.densities.find_profession", never)
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("address", ["/api/v1/levels", "/nope", "/healthz", "/docs", "/api/v1/densities"])
def test_every_answer_carries_the_security_headers(client, address):
    headers = client.get(address).headers
    policy = headers["content-security-policy"]
    for directive in (
        "default-src 'self'",
        "img-src 'self' data:",
        "style-src 'self'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    ):
        assert directive in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "referrer-policy" in headers


def test_a_fault_of_ours_is_a_french_problem_with_the_headers(client, monkeypatch):
    def fault(*_):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("app.api.routes.densities.find_profession", fault)
    answer = client.get("/api/v1/densities?level=iris&profession=pediatre&measure=sites")
    assert answer.status_code == 500
    assert answer.json()["title"] == "Erreur interne"
    assert "secret" not in answer.text
    assert "content-security-policy" in answer.headers


def test_big_answers_are_compressed_and_small_ones_are_not(client):
    with client.stream(
        "GET", "/api/v1/territories?level=iris&format=geojson", headers={"Accept-Encoding": "gzip"}
    ) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert json.loads(gzip.decompress(b"".join(answer.iter_raw())))["features"]
    assert "content-encoding" not in client.get("/healthz").headers


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip;q=0", None),
        ("gzip; q=0.0, br", "br"),
        ("identity", None),
        ("br, gzip;q=0.1", "br"),
        ("gzip, br;q=0", "gzip"),
    ],
)
def test_a_client_gets_no_compression_that_it_refuses(client, accepted, coding):
    answer = client.get(
        "/api/v1/territories?level=iris&format=geojson", headers={"Accept-Encoding": accepted}
    )
    assert answer.headers.get("content-encoding") == coding
    assert answer.json()["features"]


@pytest.mark.parametrize("address", ["/api/v1/levels", "/docs", "/healthz"])
def test_head_answers_as_get_without_a_body(client, address):
    got, head = client.get(address), client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers.get("etag") == got.headers.get("etag")
    assert head.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_the_observatory_is_only_read(client, method):
    answer = client.request(method, "/api/v1/levels")
    assert answer.status_code == 405
    assert answer.json()["title"] == "Méthode refusée"
    assert "GET" in answer.headers["allow"]


def test_an_unknown_address_is_a_french_problem(client):
    answer = client.get("/api/v1/nope")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "Rien ne répond à l'adresse /api/v1/nope."
    assert answer.headers["content-type"] == "application/problem+json"


def test_json_never_holds_nan_or_infinity():
    text = to_json({"values": np.array([1.5, np.nan, np.inf]), "one": float("nan"), "day": date(2025, 1, 2)})
    assert json.loads(text) == {"values": [1.5, None, None], "one": None, "day": "2025-01-02"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_text(start):
    lines = to_csv(["name", "value"], [{"name": f"{start}1+1", "value": -2.5}]).decode()
    assert f"'{start}1+1" in lines
    assert lines.rstrip().endswith(",-2.5")


def test_csv_leaves_unknown_values_empty():
    lines = to_csv(["a", "b", "c"], [{"a": None, "b": float("nan"), "c": ["x", "y"]}]).decode()
    assert lines == "a,b,c\r\n,,x y\r\n"


def test_features_keep_their_geometry_byte_for_byte():
    geometry = '{"type":"Point","coordinates":[1.10,2]}'
    text = to_features({"release": 1}, [(1, {"a": "é"}, geometry), (2, {}, None)], count=2)
    assert geometry.encode() in text
    assert json.loads(text)["features"][1] == {"type": "Feature", "id": 2, "properties": {}, "geometry": None}
