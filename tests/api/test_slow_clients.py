"""Clients that keep a connection without doing their part are cut; the others are served meanwhile."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from app.web.patience import PatientProtocol

SECONDS = 0.5
# A machine that does three things at once is late, never this late.
LATEST = 20.0


async def answers(scope, receive, send):
    """Answer what was sent, or 64 MB."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    text = "x" * (64 << 20) if scope["path"] == "/large" else f"{scope['client'][0]} {body.decode()}"
    await PlainTextResponse(text)(scope, receive, send)


@pytest.fixture(scope="module")
def server() -> uvicorn.Server:
    """Return a server that waits half a second for its clients."""
    config = uvicorn.Config(
        answers,
        http=partial(PatientProtocol, seconds=SECONDS),
        forwarded_allow_ips="127.0.0.1",
        log_config=None,
        lifespan="off",
    )
    return uvicorn.Server(config)


@pytest.fixture(scope="module")
def port(server: uvicorn.Server) -> Iterator[int]:
    """Return its port, once it runs."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(LATEST)


def cut_after(link: socket.socket) -> float:
    """Return how long the server waited before it cut the connection."""
    start = time.monotonic()
    link.settimeout(LATEST)
    try:
        while link.recv(1 << 16):
            pass
    except ConnectionResetError:
        pass
    return time.monotonic() - start


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
    ],
    ids=["nothing", "half a header", "half a body"],
)
def test_who_does_not_send_a_whole_request_is_cut(port, sent):
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(sent)
        assert SECONDS * 0.9 <= cut_after(link) < LATEST


def test_a_header_a_moment_does_not_keep_a_connection(port):
    start = time.monotonic()
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(b"GET / HTTP/1.1\r\n")
        link.settimeout(SECONDS / 4)
        while not is_cut(link):
            assert time.monotonic() - start < LATEST


def test_a_header_without_end_is_cut_before_it_fills_the_memory(port):
    sent, piece = 0, b"a" * (1 << 20)
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: ")
        try:
            while sent < 64 << 20:
                link.sendall(piece)
                sent += len(piece)
        except (ConnectionResetError, BrokenPipeError):
            pass
    assert sent < 64 << 20


def is_cut(link: socket.socket) -> bool:
    """Send one more header, and say whether the server has had enough."""
    try:
        link.sendall(b"X-A: b\r\n")
        return link.recv(1) == b""
    except TimeoutError:
        return False
    except (ConnectionResetError, BrokenPipeError):
        return True


def test_who_does_not_read_an_answer_is_cut(port, server):
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        link.settimeout(LATEST)
        link.recv(1)
        deadline = time.monotonic() + LATEST
        while server.server_state.connections:  # reads nothing until the server has had enough
            assert time.monotonic() < deadline
            threading.Event().wait(0.05)
        received = 0
        try:
            while part := link.recv(1 << 20):
                received += len(part)
        except ConnectionResetError:
            pass
    assert received < 64 << 20


def test_who_sends_and_reads_is_served(port):
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
        link.settimeout(LATEST)
        told = b""
        while part := link.recv(1 << 16):
            told += part
    assert told.endswith(b"127.0.0.1 hello")


@pytest.mark.parametrize("sent", [b"\x16\x03\x01\x02\0\x01\0\r\n\r\n", b"GET / HTTP/1.1\r\nHost a\r\n\r\n"])
def test_what_is_no_http_is_refused_as_everything_else_is(port, sent):
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(sent)
        link.settimeout(LATEST)
        told = b""
        while part := link.recv(1 << 16):
            told += part
    head, _, body = told.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert f"content-length: {len(body)}".encode() in head.lower()
    assert b"application/problem+json" in head
    assert json.loads(body)["title"] == "Requête refusée"


@pytest.mark.parametrize(
    ("header", "seen"),
    [("203.0.113.9", "203.0.113.9"), ("203.0.113.9, 198.51.100.4", "198.51.100.4")],
    ids=["one", "the client wrote the first"],
)
def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(port, header, seen):
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(
            f"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {header}\r\nConnection: close\r\n\r\n".encode()
        )
        link.settimeout(LATEST)
        told = b""
        while part := link.recv(1 << 16):
            told += part
    assert seen in told.decode().partition("\r\n\r\n")[2]
