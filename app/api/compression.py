"""Answers in the smallest coding that the client takes; what was compressed once is kept."""

import hashlib
import zlib
from collections import OrderedDict

import anyio.to_thread
import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.maps.coded import BROTLI_QUALITY, GZIP_LEVEL, Coding, best_coding, coded

FROM_BYTES = 1_000
# More than this is compressed in a thread: it would hold up the other requests for milliseconds.
THREAD_FROM_BYTES = 50_000
MOST_KEPT_BYTES = 32 << 20
TEXTS = (
    *("text/", "application/json", "application/javascript", "application/xml", "application/x-ndjson"),
    "image/svg+xml",
)
PARTIAL_CONTENT = 206
GZIP_WINDOW = 31


def is_compressible(media_type: str) -> bool:
    """Say whether a type of content is text; pictures, archives and PDF are compressed already.

    >>> [is_compressible(one) for one in ("application/geo+json", "application/x-ndjson", "image/png")]
    [True, True, False]
    """
    bare = media_type.partition(";")[0].strip().lower()
    return bare.startswith(TEXTS) or bare.endswith(("+json", "+xml"))


class Compression:
    """Compresses text answers, whole or in pieces, with brotli or gzip.

    Kept by what they say, never by their address: an answer can only be found by whoever was given the same
    bytes.
    """

    def __init__(self, app: ASGIApp, most_kept_bytes: int = MOST_KEPT_BYTES) -> None:
        self.app = app
        self._most = most_kept_bytes
        self._held = 0
        self._kept: OrderedDict[tuple[Coding, bytes], bytes] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and compress its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        coding = best_coding(Headers(scope=scope).get("accept-encoding", ""))
        await self.app(scope, receive, _Answer(self, coding, send))

    async def compressed(self, body: bytes, coding: Coding) -> bytes:
        """Return ``body`` in a coding, kept from the last time where possible."""
        key = (coding, hashlib.blake2b(body, digest_size=16).digest())
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        if len(body) < THREAD_FROM_BYTES:
            made = coded(body, coding)
        else:
            made = await anyio.to_thread.run_sync(coded, body, coding)
        # Another request may have made the same meanwhile.
        self._held += len(made) - len(self._kept.pop(key, b""))
        self._kept[key] = made
        while self._held > self._most:
            self._held -= len(self._kept.popitem(last=False)[1])
        return made


class _Answer:
    """One answer on its way: its head waits for the first piece of its body."""

    def __init__(self, owner: Compression, coding: Coding, send: Send) -> None:
        self._owner, self._coding, self._send = owner, coding, send
        self._head: Message | None = None
        self._stream: _Stream | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._head = message
        elif message["type"] != "http.response.body":
            await self._send(message)
        elif self._head is not None:
            head, self._head = self._head, None
            await self._begin(head, message)
        elif self._stream is not None:
            await self._send(self._stream.piece(message))
        else:
            await self._send(message)

    async def _begin(self, head: Message, message: Message) -> None:
        headers = MutableHeaders(raw=head["headers"])
        body, more = message.get("body", b""), message.get("more_body", False)
        if (
            "content-encoding" in headers
            or head["status"] == PARTIAL_CONTENT
            or not is_compressible(headers.get("content-type", ""))
        ):
            await self._give(head, message)
            return
        headers.add_vary_header("Accept-Encoding")
        if self._coding == "identity" or (not more and len(body) < FROM_BYTES):
            await self._give(head, message)
            return
        headers["Content-Encoding"] = self._coding
        if more:
            del headers["Content-Length"]
            self._stream = _Stream(self._coding)
            await self._give(head, self._stream.piece(message))
            return
        body = await self._owner.compressed(body, self._coding)
        headers["Content-Length"] = str(len(body))
        await self._give(head, {**message, "body": body})

    async def _give(self, head: Message, message: Message) -> None:
        await self._send(head)
        await self._send(message)


class _Stream:
    """Compresses an answer that comes in pieces; each leaves as soon as it is there."""

    def __init__(self, coding: Coding) -> None:
        self._brotli = brotli.Compressor(quality=BROTLI_QUALITY) if coding == "br" else None
        self._gzip = zlib.compressobj(GZIP_LEVEL, wbits=GZIP_WINDOW)

    def piece(self, message: Message) -> Message:
        """Return the message of the next piece; the last one ends the stream."""
        body, more = message.get("body", b""), message.get("more_body", False)
        if self._brotli:
            made = self._brotli.process(body)
            made += self._brotli.flush() if more else self._brotli.finish()
        else:
            made = self._gzip.compress(body)
            made += self._gzip.flush(zlib.Z_SYNC_FLUSH if more else zlib.Z_FINISH)
        return {**message, "body": made}
