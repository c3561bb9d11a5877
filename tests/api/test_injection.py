"""Hostile parameters: refused or taken as plain text, never run, never a fault."""

import pytest

HOSTILE = [
    "' OR 1=1 --",
    "'; DROP TABLE ops.release; --",
    '"; SELECT pg_sleep(5); --',
    "%00",
    "%0A",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "%s%n%(x)s:name",
    "\\",
    "é" * 40,
    "%F0%9F%92%A9",
    "%ED%A0%80",
]
ADDRESSES = [
    "/api/v1/densities?level=iris&profession={}",
    "/api/v1/densities?level={}&profession=pediatre",
    "/api/v1/densities?level=iris&profession=pediatre&within=commune:{}",
    "/api/v1/densities?level=iris&profession=pediatre&within={}",
    "/api/v1/densities?level=iris&profession=pediatre&scope={}",
    "/api/v1/densities?level=iris&profession=pediatre&{}=1",
    "/api/v1/practices?bbox={}",
    "/api/v1/practices?limit={}",
    "/api/v1/territories/iris/{}",
    "/api/v1/territories/{}/00101",
    "/api/v1/releases/{}",
    "/tiles/1/base/{}/0/0.mvt",
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_hostile_value_is_a_problem_and_nothing_else(client, address, hostile):
    answer = client.get(address.format(hostile))
    assert answer.status_code in {404, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    for leak in ("psycopg", "sqlalchemy", "SELECT", "syntax", "Traceback"):
        assert leak not in answer.json()["title"]
    assert "LINE 1" not in answer.text


def test_the_store_is_whole_after_all_that(client):
    assert client.get("/readyz").status_code == 200
