"""Tiles answered in front of the routes: kept ones from their file, others drawn at once, without a thread.

Only what is the same for everybody can be answered here: GET of a tile's own address, by a client that brings
no credential; the folder of tiles holds nothing else. Everything else goes on to the application.
"""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock

import psycopg
from anyio import to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.cache import IMMUTABLE, etag, is_among
from app.api.compression import THREAD_FROM_BYTES
from app.api.metrics import Metrics
from app.api.middleware import SECURITY_HEADERS, Named
from app.api.snapshot import Release
from app.db.sql import load
from app.errors import StoreError
from app.maps.coded import Coding, best_coding, coded
from app.maps.tile_store import KeptTile, TileStore
from app.maps.tiles import TILE_LAYERS, DrawnTile, TileAddress, drawn, tile_statement
from app.security.callers import ANYBODY
from app.security.roles import line_of

MVT = "application/vnd.mapbox-vector-tile"
VARY = "Accept-Encoding"
ROUTE = "/tiles/{release}/{layer}/{z}/{x}/{y}.mvt"
ADDRESS = re.compile(r"/tiles/(\d{1,10})/([a-z]{1,16})/(\d{1,2}/\d{1,7}/\d{1,7})\.mvt", re.ASCII)
NAMED = Named(ROUTE)
COST = line_of("GET", ROUTE).cost
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

    @property
    def in_doubt(self) -> bool:
        """Say whether tiles may be kept of which nobody knows any more whether their release is published."""
        known = self._known
        return self.keeping and (known is None or time.monotonic() > known[3])

    def believe(self, release: Release) -> str:
        """Believe for a while what the database has just said is published; return its folder."""
        folder = self._store.folder(release.id, release.fingerprint)
        with self._lock:
            self._known = (str(release.id), release, folder, time.monotonic() + BELIEVED_SECONDS)
        return folder

    def keep(self, release: Release, layer: str, tile: TileAddress, mvt: bytes) -> None:
        """Compress well and keep a tile of the release that the database has just named."""
        self._store.keep(self.believe(release), layer, tile, KeptTile.of(mvt))

    def find(self, release_id: str, layer: str, place: str) -> tuple[Release, KeptTile] | None:
        """Return a kept tile and its release; None when it, or what is published, has to be asked."""
        known = self._known
        if known is None or known[0] != release_id or time.monotonic() > known[3]:
            return None
        kept = self._store.find(known[2], layer, place)
        return (known[1], kept) if kept else None


@dataclass(frozen=True, slots=True)
class Asked:
    """A tile that anybody may have: where it is, and what the client takes and holds."""

    path: str
    release_id: str
    layer: str
    place: str
    coding: Coding
    held: str

    @classmethod
    def of(cls, scope: Scope) -> "Asked | None":
        """Return what a request asks; None for any but the plain GET of a tile, without credential."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"]:
            return None
        address = ADDRESS.fullmatch(scope["path"])
        if address is None:
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
        return cls(address[0], address[1], address[2], address[3], best_coding(accepted), held)


class TileFront:
    """Answers kept tiles, and passes everything else on."""

    def __init__(self, app: ASGIApp, tiles: Tiles, metrics: Metrics) -> None:
        self.app = app
        self.tiles = tiles
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at once or pass the request on."""
        start = time.perf_counter()
        asked = Asked.of(scope)
        found = self.tiles.find(asked.release_id, asked.layer, asked.place) if asked else None
        if asked is None or found is None:
            await self.app(scope, receive, send)
            return
        status = await _give(asked, found[0], found[1].body(asked.coding), send)
        self.metrics.observe("GET", ROUTE, status, time.perf_counter() - start)


class TileDrawing:
    """Draws tiles without a thread, and passes everything else on: what the route has to explain too.

    Stands behind the names, counters and traces of requests, which call it by its route.
    """

    def __init__(self, app: ASGIApp, tiles: Tiles) -> None:
        self.app = app
        self.tiles = tiles

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Draw and answer, or pass the request on."""
        asked = Asked.of(scope)
        if asked and self.tiles.in_doubt and (found := await self._known_again(asked, scope)):
            scope["route"] = NAMED
            await _give(asked, found[0], found[1].body(asked.coding), send)
            return
        made = await _drawn(asked, scope) if asked else None
        if asked is None or made is None:
            await self.app(scope, receive, send)
            return
        scope["route"] = NAMED
        release = Release(made.release_id, made.vintage, made.fingerprint)
        await _give(asked, release, await hastily_coded(made.mvt, asked.coding), send)
        if self.tiles.keeping:
            tile = TileAddress.read(asked.place)
            await to_thread.run_sync(self.tiles.keep, release, asked.layer, tile, made.mvt)

    async def _known_again(self, asked: Asked, scope: Scope) -> tuple[Release, KeptTile] | None:
        """Return a kept tile once the database has said again what is published: sooner than drawn."""
        try:
            row = await scope["app"].state.reader.one(load("app.api", "published_release"), {})
        except (psycopg.Error, StoreError):
            return None
        if row is None:
            return None
        self.tiles.believe(Release(row.id, row.vintage, row.fingerprint))
        return self.tiles.find(asked.release_id, asked.layer, asked.place)


async def _drawn(asked: Asked, scope: Scope) -> DrawnTile | None:
    """Draw a tile of the published release; None for whatever the route has to refuse or explain."""
    tile = TileAddress.read(asked.place)
    if asked.layer not in TILE_LAYERS or not tile.exists:
        return None
    state, client = scope["app"].state, scope["client"]
    if state.gate.wait(ANYBODY, client[0] if client else "", COST):
        return None
    try:
        made = drawn(await state.reader.one(*tile_statement(asked.layer, tile)))
    except (psycopg.Error, StoreError):
        return None
    return made if made and str(made.release_id) == asked.release_id else None


async def _give(asked: Asked, release: Release, body: bytes, send: Send) -> int:
    """Send a tile, or say that the client holds it; return the status."""
    validator = etag(release, asked.path)
    headers = [*FIXED_HEADERS, (b"etag", validator.encode())]
    if asked.held and is_among(validator, asked.held):
        status, body = 304, b""
    else:
        status = 200
        headers += [(b"content-type", MVT.encode()), (b"content-length", str(len(body)).encode())]
        if asked.coding != "identity":
            headers.append((b"content-encoding", asked.coding.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
    return status


async def hastily_coded(mvt: bytes, coding: Coding) -> bytes:
    """Return a tile in a coding for who waits for it; a heavy one is compressed in a thread."""
    if not mvt or coding == "identity":
        return mvt
    if len(mvt) < THREAD_FROM_BYTES:
        return coded(mvt, coding, hasty=True)
    return await to_thread.run_sync(partial(coded, mvt, coding, hasty=True))
