"""Two local listeners that stand for a chat server and a mail server, and how each may fail."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any


@dataclass(slots=True)
class Chat:
    """What a webhook received; ``status`` is what it answers."""

    port: int
    status: int = 200
    received: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks/secret-of-the-hook"

    @property
    def events(self) -> list[tuple[str, str]]:
        return [(one["event"], one["problem"]) for one in self.received]


@dataclass(slots=True)
class Post:
    """What a mail server took; ``refuses`` makes it turn every recipient away.

    ``commands`` are those that came unencrypted, ``secret`` those that did not.
    """

    port: int
    refuses: bool = False
    received: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    secret: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def chat() -> Iterator[Chat]:
    """Listen as a chat server."""

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if heard.status == 200:
                heard.received.append(json.loads(body))
            self.send_response(heard.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        heard = Chat(server.server_address[1])
        yield from _served(server, heard)


class _Session(StreamRequestHandler):
    """One client of a mail server."""

    server: "_Office"
    encrypted = False

    def handle(self) -> None:
        try:
            if self.server.at_once:
                self._encrypt()
            self._say("220 essai")
            while line := self.rfile.readline():
                if not self._answer(line.decode().strip()):
                    return
        except (ssl.SSLError, ConnectionError):
            """The client wants none of it."""
        finally:
            if self.encrypted:
                self.connection.close()

    def _answer(self, word: str) -> bool:
        heard, (verb, *_) = self.server.heard, word.upper().split(" ")
        (heard.secret if self.encrypted else heard.commands).append(word)
        if verb == "DATA":
            self._take()
        elif verb == "STARTTLS" and self.server.certificate:
            self._say("220 allez")
            self._encrypt()
        elif verb == "RCPT" and heard.refuses:
            self._say("550 inconnu")
        else:
            if verb == "RCPT":
                heard.recipients.append(word.partition(":")[2].strip("<>"))
            offers = "250-essai\r\n250-AUTH PLAIN\r\n250 STARTTLS" if self.server.certificate else "250 bien"
            self._say({"EHLO": offers, "AUTH": "235 bien", "QUIT": "221 fin"}.get(verb, "250 bien"))
        return verb != "QUIT"

    def _encrypt(self) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(str(self.server.certificate))
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.encrypted = True

    def _take(self) -> None:
        self._say("354 allez")
        lines = iter(self.rfile.readline, b".\r\n")
        self.server.heard.received.append(b"".join(lines).decode())
        self._say("250 pris")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Office(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, certificate: Path | None, *, at_once: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.certificate, self.at_once = certificate, at_once
        self.heard = Post(self.server_address[1])


@contextmanager
def post(certificate: Path | None = None, *, at_once: bool = False) -> Iterator[Post]:
    """Listen as a mail server: the few commands of SMTP that a client needs (RFC 5321).

    With a ``certificate`` and its key it encrypts: when it is asked to (STARTTLS), or ``at_once``.
    """
    with _Office(certificate, at_once=at_once) as server:
        yield from _served(server, server.heard)


def _served[Heard](server: Any, heard: Heard) -> Iterator[Heard]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def silence() -> Iterator[int]:
    """Give the port of somebody who picks up and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def closed_port() -> int:
    """Return a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
