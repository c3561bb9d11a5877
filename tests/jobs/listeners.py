"""Two local listeners that stand for a chat server and a mail server, and how each may fail."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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
    """What a mail server took; ``refuses`` makes it turn every recipient away."""

    port: int
    refuses: bool = False
    received: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

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


@contextmanager
def post() -> Iterator[Post]:
    """Listen as a mail server: the few commands of SMTP that a client needs (RFC 5321)."""

    class Session(StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 essai")
            for line in self.rfile:
                word = line.decode().strip()
                heard.commands.append(word)
                verb = word.split(" ")[0].upper()
                if verb == "DATA":
                    self._take()
                elif verb == "RCPT" and heard.refuses:
                    self._say("550 inconnu")
                elif verb == "QUIT":
                    self._say("221 fin")
                    return
                else:
                    if verb == "RCPT":
                        heard.recipients.append(word.partition(":")[2].strip("<>"))
                    self._say("250 bien")

        def _take(self) -> None:
            self._say("354 allez")
            lines = iter(self.rfile.readline, b".\r\n")
            heard.received.append(b"".join(lines).decode())
            self._say("250 pris")

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    ThreadingTCPServer.daemon_threads = True
    with ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        heard = Post(server.server_address[1])
        yield from _served(server, heard)


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
