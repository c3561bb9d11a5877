"""A client light enough to share two cores with the server it measures: one task a connection, kept alive."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

import httptools

READ_BYTES = 1 << 18
DROPPED = 0
type Link = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it was read; status 0 when the connection was cut before its end."""

    address: str
    status: int
    headers: Mapping[bytes, bytes]
    body: bytes
    seconds: float


@dataclass
class Measured:
    """What a run met: answers by status, seconds each, bytes of bodies, and those that ``keep`` picked."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    received: int = 0
    kept: list[Answer] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Return answers a second."""
        return len(self.times) / self.seconds

    def quantile(self, share: float) -> float:
        """Return the time under which that share of the answers came, in seconds."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class _Reader:
    """Collects one answer from httptools' events."""

    def __init__(self) -> None:
        self.headers: dict[bytes, bytes] = {}
        self.parts: list[bytes] = []
        self.done = False
        self.parser = httptools.HttpResponseParser(self)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        self.parts.append(body)

    def on_message_complete(self) -> None:
        self.done = True


async def ask(link: Link, address: str, headers: str = "") -> Answer:
    """Ask for one address on an open connection."""
    reader, writer = link
    start = time.perf_counter()
    writer.write(f"GET {address} HTTP/1.1\r\nHost: bench\r\n{headers}\r\n".encode())
    answer = _Reader()
    while not answer.done:
        piece = await reader.read(READ_BYTES)
        if not piece:
            return Answer(address, DROPPED, {}, b"".join(answer.parts), time.perf_counter() - start)
        answer.parser.feed_data(piece)
    status = answer.parser.get_status_code()
    return Answer(address, status, answer.headers, b"".join(answer.parts), time.perf_counter() - start)


async def _on_link(link: Link | None, port: int, address: str, headers: str) -> tuple[Answer, Link | None]:
    """Ask on a connection, opened where there is none; return the answer and the connection if it lasts."""
    try:
        link = link or await asyncio.open_connection("127.0.0.1", port, limit=READ_BYTES)
        answer = await ask(link, address, headers)
    except OSError:
        answer = Answer(address, DROPPED, {}, b"", 0.0)
    if answer.status == DROPPED or answer.headers.get(b"connection") == b"close":
        if link:
            link[1].close()
        return answer, None
    return answer, link


async def run(
    port: int,
    addresses: Sequence[str],
    *,
    connections: int,
    seconds: float,
    headers: str = "Accept-Encoding: br, gzip\r\n",
    keep: bool = False,
) -> Measured:
    """Ask for ``addresses`` in turn over so many connections for some seconds; ``keep`` every answer."""
    measured, turn = Measured(), count()
    end = time.perf_counter() + seconds

    async def one() -> None:
        link: Link | None = None
        while time.perf_counter() < end:
            address = addresses[next(turn) % len(addresses)]
            reused = link is not None
            answer, link = await _on_link(link, port, address, headers)
            if answer.status == DROPPED and reused and not answer.body:
                # A server may end an idle connection as a request leaves: clients ask again (RFC 9112 9.3.1).
                answer, link = await _on_link(None, port, address, headers)
            measured.statuses[answer.status] += 1
            if answer.status != DROPPED:
                measured.times.append(answer.seconds)
                measured.received += len(answer.body)
            if keep:
                measured.kept.append(answer)
        if link:
            link[1].close()

    start = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    measured.seconds = time.perf_counter() - start
    return measured


async def once(port: int, addresses: Sequence[str], *, connections: int) -> None:
    """Ask for each address once, whatever the answers."""
    left = iter(addresses)

    async def one() -> None:
        link: Link | None = None
        for address in left:
            _, link = await _on_link(link, port, address, "Accept-Encoding: br, gzip\r\n")
        if link:
            link[1].close()

    await asyncio.gather(*(one() for _ in range(connections)))
