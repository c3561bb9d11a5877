"""A local twin of the public servers: true files under true addresses, and every way a server misbehaves."""

import hashlib
import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

DATED = "Mon, 03 Nov 2025 08:10:00 GMT"

type Fault = Callable[["Handler", "Served"], None]
type Answering = Callable[[str], "Served | None"]


@dataclass(slots=True)
class Served:
    """One file: its bytes, and what the server says of it. ``ranges`` and ``etag`` can be switched off."""

    body: bytes
    etag: bool = True
    modified: str | None = DATED
    ranges: bool = True
    kind: str = "application/octet-stream"
    disposition: str | None = None
    moved_to: str | None = None
    status: int = 200

    @property
    def mark(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@dataclass(slots=True)
class Twin:
    """The server: files by ``host/path`` (with query), faults to come, and the requests that were made."""

    url: str
    files: dict[str, Served] = field(default_factory=dict)
    faults: list[Fault | None] = field(default_factory=list)
    every: dict[int, Fault] = field(default_factory=dict)
    answering: list[Answering] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    counted: Iterator[int] = field(default_factory=lambda: count(1))

    def serve(self, address: str, body: bytes, **how: Any) -> Served:
        """Serve bytes under a public address."""
        self.files[address.split("://", 1)[-1]] = served = Served(body, **how)
        return served

    def asked(self, header: str) -> list[str | None]:
        """Return what each request said in a header."""
        return [headers.get(header) for _, _, headers in self.requests]


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD with conditions and ranges, unless a fault is due."""

    protocol_version = "HTTP/1.1"
    twin: Twin

    def do_HEAD(self) -> None:
        self._answer(head=True)

    def do_GET(self) -> None:
        self._answer(head=False)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Stay silent."""

    def _answer(self, *, head: bool) -> None:
        twin = self.twin
        twin.requests.append((self.command, self.path, dict(self.headers)))
        number = next(twin.counted)
        found = twin.files.get(self.path.lstrip("/")) or twin.files.get(urlsplit(self.path).path.lstrip("/"))
        for answer in twin.answering if found is None else ():
            found = found or answer(self.path.lstrip("/"))
        if found is None:
            self.plain(404, b"introuvable")
            return
        here = found.moved_to is None and not head
        fault = twin.faults.pop(0) if twin.faults and here else None
        fault = fault or next((one for n, one in twin.every.items() if number % n == 0), None)
        with suppress(BrokenPipeError, ConnectionResetError):
            if fault is not None and (found.moved_to is None or fault is error_500):
                fault(self, found)
            elif found.moved_to is not None:
                self.plain(302, b"", Location=found.moved_to)
            else:
                self.whole_or_range(found, head=head)

    def plain(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name.replace("_", "-"), text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def begin(self, found: Served, status: int, length: int, extra: dict[str, str] | None = None) -> None:
        self.send_response(status)
        named = {"Content-Type": found.kind, "Content-Length": str(length), **(extra or {})}
        named |= {"ETag": found.mark} if found.etag else {}
        named |= {"Last-Modified": found.modified} if found.modified else {}
        named |= {"Content-Disposition": found.disposition} if found.disposition else {}
        for name, text in named.items():
            self.send_header(name, text)
        self.end_headers()

    def whole_or_range(self, found: Served, *, head: bool = False) -> None:
        if self._not_modified(found):
            self.begin(found, 304, 0)
            return
        start, status, extra = self._start(found)
        if start and start >= len(found.body):
            self.plain(416, b"")
            return
        body = found.body[start:]
        self.begin(found, status, len(body), extra)
        if not head:
            self.wfile.write(body)

    def _not_modified(self, found: Served) -> bool:
        if found.etag and "If-None-Match" in self.headers:
            return self.headers["If-None-Match"] == found.mark
        return found.modified is not None and self.headers.get("If-Modified-Since") == found.modified

    def _start(self, found: Served) -> tuple[int, int, dict[str, str]]:
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        size = len(found.body)
        condition = self.headers.get("If-Range")
        if not asked or not found.ranges or condition not in {None, found.mark, found.modified}:
            return 0, found.status, {}
        start = int(asked[1]) if asked[1] else max(0, size - int(asked[2]))
        return start, 206, {"Content-Range": f"bytes {start}-{size - 1}/{size}"}


def error_500(handler: Handler, _found: Served) -> None:
    """Answer that the server is ill."""
    handler.plain(500, b"erreur interne")


def too_many(handler: Handler, _found: Served) -> None:
    """Ask to come back later."""
    handler.plain(429, b"doucement", Retry_After="7")


def cut_after(share: float) -> Fault:
    """Return the fault of a connection that ends after a share of what was announced."""

    def fault(handler: Handler, found: Served) -> None:
        start, status, extra = handler._start(found)
        body = found.body[start:]
        handler.begin(found, status, len(body), extra)
        handler.wfile.write(body[: int(len(body) * share)])
        handler.wfile.flush()
        handler.close_connection = True

    return fault


def announces(difference: int) -> Fault:
    """Return the fault of a length that is not the body's."""

    def fault(handler: Handler, found: Served) -> None:
        handler.begin(found, 200, len(found.body) + difference)
        handler.wfile.write(found.body)
        handler.close_connection = True

    return fault


def silent_for(seconds: float) -> Fault:
    """Return the fault of a server that stops in the middle without closing."""

    def fault(handler: Handler, found: Served) -> None:
        handler.begin(found, 200, len(found.body))
        handler.wfile.write(found.body[: len(found.body) // 2])
        handler.wfile.flush()
        time.sleep(seconds)
        handler.close_connection = True

    return fault


def html(handler: Handler, _found: Served) -> None:
    """Answer a page, as portals do during maintenance, with status 200."""
    page = b"<!DOCTYPE html><html><head><title>Maintenance</title></head></html>" + b" " * 5000
    handler.plain(200, page, Content_Type="text/html")


class Quiet(ThreadingHTTPServer):
    """A server whose broken connections are wanted: nothing is printed of them."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent."""


@contextmanager
def running(certificate: Path | None = None) -> Iterator[Twin]:
    """Run a twin on a free port of this machine for as long as the context lasts.

    ``certificate`` is a PEM file with its key: the twin then speaks HTTPS.
    """
    twin = Twin("")
    server = Quiet(("127.0.0.1", 0), type("Bound", (Handler,), {"twin": twin}))
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    twin.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield twin
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
