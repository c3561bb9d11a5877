"""Answers compressed once, whole or in pieces; requests named; counters added up over processes."""

import asyncio
import gzip
import os
import re
import subprocess
import sys

import brotli
import pytest
from structlog.testing import capture_logs

from app.api.compression import Compression
from app.api.metrics import Metrics
from app.api.request_ids import request_id_of

TEXT = b"une reponse assez longue pour valoir la peine " * 60
DECODERS = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}


def answered(app, accepted="", header=b"accept-encoding"):
    """Return (status, headers, pieces of the body) of one GET."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(header, accepted.encode())]}
    asyncio.run(app(scope, None, send))
    head, *pieces = sent
    return head["status"], dict(head["headers"]), [piece["body"] for piece in pieces]


def answering(*pieces, media_type=b"application/json", status=200, **headers):
    """Return an application that answers these pieces."""

    async def app(_scope, _receive, send):
        raw = [(b"content-type", media_type), *((name.encode(), value) for name, value in headers.items())]
        if len(pieces) == 1:
            raw.append((b"content-length", str(len(pieces[0])).encode()))
        await send({"type": "http.response.start", "status": status, "headers": raw})
        for rank, piece in enumerate(pieces, 1):
            await send({"type": "http.response.body", "body": piece, "more_body": rank < len(pieces)})

    return app


@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
def test_a_whole_answer_comes_in_the_coding_that_is_taken(coding):
    _, headers, pieces = answered(Compression(answering(TEXT)), coding)
    assert headers.get(b"content-encoding", b"identity").decode() == coding
    assert DECODERS[coding](b"".join(pieces)) == TEXT
    assert int(headers[b"content-length"]) == len(pieces[0])
    assert headers[b"vary"] == b"Accept-Encoding"


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_an_answer_in_pieces_leaves_piece_by_piece(coding):
    _, headers, pieces = answered(Compression(answering(TEXT, TEXT, b"")), coding)
    assert b"content-length" not in headers
    assert len(pieces) == 3
    assert all(pieces)
    assert DECODERS[coding](b"".join(pieces)) == TEXT + TEXT


@pytest.mark.parametrize(
    "app",
    [
        answering(b"court"),
        answering(TEXT, media_type=b"image/png"),
        answering(TEXT, media_type=b"application/pdf"),
        answering(TEXT, status=206),
        answering(TEXT, **{"content-encoding": b"br"}),
    ],
)
def test_what_is_short_or_compressed_already_is_left_as_it_is(app):
    _, headers, pieces = answered(Compression(app), "br")
    assert pieces in ([TEXT], [b"court"])
    assert int(headers[b"content-length"]) == len(pieces[0])


def test_the_same_bytes_are_compressed_once(monkeypatch):
    made = []

    def counted(body, coding):
        made.append(coding)
        return brotli.compress(body)

    monkeypatch.setattr("app.api.compression.coded", counted)
    app = Compression(answering(TEXT))
    first, second = answered(app, "br"), answered(app, "br")
    assert first == second
    assert made == ["br"]


def test_what_is_kept_compressed_is_bounded():
    apps = [Compression(answering(os.urandom(2_000)), most_kept_bytes=5_000)]
    held = apps[0]
    for _ in range(20):
        held.app = answering(os.urandom(2_000))
        answered(held, "gzip")
    assert 2_000 < sum(map(len, held._kept.values())) <= 5_000


def test_a_request_keeps_the_name_that_a_proxy_gave_it(client):
    answer = client.get("/healthz", headers={"X-Request-ID": "proxy-1234.abcd"})
    assert answer.headers["x-request-id"] == "proxy-1234.abcd"


@pytest.mark.parametrize("forged", ["", "court", "a" * 65, "abcdefgh\nlevel=info", "abcdefgh é", "<script>1"])
def test_a_name_that_could_forge_the_journal_is_replaced(forged):
    scope = {"headers": [(b"x-request-id", forged.encode())]}
    assert re.fullmatch("[0-9a-f]{32}", request_id_of(scope))


def test_a_fault_is_answered_and_written_under_the_same_name(client, city, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("app.api.tile_front.drawn", fail)
    address = f"/tiles/{city.releases['new']}/base/3/1/1.mvt"
    with capture_logs() as lines:
        answer = client.get(address, headers={"X-Request-ID": "faulty-request"})
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] == "faulty-request"
    assert [line["request_id"] for line in lines if line["event"] == "unforeseen_error"] == ["faulty-request"]


COUNT_APART = """
import sys, pathlib
from app.api.metrics import Metrics
metrics = Metrics(pathlib.Path(sys.argv[1]))
for _ in range(5):
    metrics.observe("GET", "/route", 200, 0.002)
metrics.write()
"""


def test_counters_add_up_over_processes_and_those_of_a_dead_one_stay(tmp_path):
    subprocess.run([sys.executable, "-c", COUNT_APART, str(tmp_path)], check=True)
    here = Metrics(tmp_path)
    here.observe("GET", "/route", 200, 0.3)
    text = here.text({})
    assert 'observatoire_http_requests_total{method="GET",route="/route",status="200"} 6' in text
    assert 'observatoire_http_request_seconds_bucket{route="/route",le="0.005"} 5' in text
    assert 'observatoire_http_request_seconds_bucket{route="/route",le="0.5"} 6' in text
    assert 'observatoire_http_request_seconds_count{route="/route"} 6' in text
    # The other process has ended: only this one answers.
    assert "observatoire_web_processes 1\n" in text
    resident = re.search(r"observatoire_web_resident_bytes (\d+)", text)
    assert resident
    assert int(resident[1]) > 1 << 20


def test_a_process_whose_folder_is_gone_still_counts(tmp_path):
    metrics = Metrics(tmp_path / "gone")
    metrics.observe("GET", "/route", 200, 0.3)
    metrics.write()
    assert not (tmp_path / "gone").exists()
