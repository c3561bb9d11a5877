"""Kept tiles answered in front of the routes: no router, no thread, no database.

Only what is the same for everybody can be answered here: GET of a tile's own address, by a client that brings
no credential; the folder of tiles holds nothing else. Everything else goes on to the application.
"""

import re
import time
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.cache import IMMUTABLE, etag, is_among
from app.api.metrics import Metrics
from app.api.middleware import SECURITY_HEADERS
from app.api.snapshot import Release
from app.maps.coded import best_coding
from app.maps.tile_store import KeptTile, TileStore
from app.maps.tiles import TileAddress

MVT = "application/vnd.mapbox-vector-tile"
VARY = "Accept-Encoding"
ROUTE = "/tiles/{release}/{layer}/{z}/{x}/{y}.mvt"
ADDRESS = re.compile(r"/tiles/(\d{1,10})/([a-z]{1,16})/(\d{1,2}/\d{1,7}/\d{1,7})\.mvt", re.ASCII)
CREDENTIALS = frozenset({b"authorization", b"cookie", b"x-api-key"})
# How long a process believes what the database said of a release: its number could be given anew there.
BELIEVED_SECONDS = 5.0
FIXED_HEADERS = [
    (name.lower().encode(), value.encode())
    for name, value in {**SECURITY_HEADERS, "Cache-Control": IMMUTABLE, "Vary": VARY}.items()
]


class Tiles:
    """The kept tiles of the release that the database last named; safe to share between threads."""

    def __init__(self, home: Path, most_bytes: int) -> None:
        self.keeping = most_bytes > 0
        self._store = TileStore(home, most_bytes)
        self._lock = Lock()
        self._known: tuple[str, Release, str, float] | None = None

    def keep(self, release: Release, layer: str, tile: TileAddress, kept: KeptTile) -> None:
        """Keep a tile of the release that the database has just named."""
        folder = self._store.folder(release.id, release.fingerprint)
        with self._lock:
            self._known = (str(release.id), release, folder, time.monotonic() + BELIEVED_SECONDS)
        self._store.keep(folder, layer, tile, kept)

    def find(self, release_id: str, layer: str, place: str) -> tuple[Release, KeptTile] | None:
        """Return a kept tile and its release; None when it, or what is published, has to be asked."""
        known = self._known
        if known is None or known[0] != release_id or time.monotonic() > known[3]:
            return None
        kept = self._store.find(known[2], layer, place)
        return (known[1], kept) if kept else None


class TileFront:
    """Answers kept tiles, and passes everything else on."""

    def __init__(self, app: ASGIApp, tiles: Tiles, metrics: Metrics) -> None:
        self.app = app
        self.tiles = tiles
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at once or pass the request on."""
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith("/tiles/"):
            start = time.perf_counter()
            answer = self._answer(scope)
            if answer:
                status, headers, body = answer
                await send({"type": "http.response.start", "status": status, "headers": headers})
                await send({"type": "http.response.body", "body": body})
                self.metrics.observe("GET", ROUTE, status, time.perf_counter() - start)
                return
        await self.app(scope, receive, send)

    def _answer(self, scope: Scope) -> tuple[int, list[tuple[bytes, bytes]], bytes] | None:
        address = ADDRESS.fullmatch(scope["path"])
        if address is None or scope["query_string"]:
            return None
        accepted, held = "", ""
        headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
        for name, value in headers:
            if name in CREDENTIALS:
                return None
            if name == b"accept-encoding":
                accepted = value.decode("latin-1")
            elif name == b"if-none-match":
                held = value.decode("latin-1")
        found = self.tiles.find(address[1], address[2], address[3])
        if found is None:
            return None
        release, kept = found
        validator = etag(release, scope["path"])
        sent = [*FIXED_HEADERS, (b"etag", validator.encode())]
        if held and is_among(validator, held):
            return 304, sent, b""
        coding = best_coding(accepted)
        body = kept.body(coding)
        sent += [(b"content-type", MVT.encode()), (b"content-length", str(len(body)).encode())]
        if coding != "identity":
            sent.append((b"content-encoding", coding.encode()))
        return 200, sent, body
