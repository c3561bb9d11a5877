"""How long a client may keep a connection without doing its part: sending slowly, reading slowly."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.api.problems import REFUSED_REQUEST, problem

# Forty times what browsers send; uvicorn itself would keep a header of any length in memory.
MOST_HEAD_BYTES = 1 << 19
NOT_HTTP = "La demande n'est pas écrite comme HTTP le veut. Rien n'a été lu ni modifié."


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a bound: ``seconds`` to send a whole request, or to go on reading an answer.

    uvicorn only bounds the time between two requests: without this, who sends a header a minute, or reads a
    byte a minute, holds a connection for ever, and a header without end fills the memory. The connection is
    cut, not closed: closing would wait for the reading of what nobody reads.
    """

    def __init__(self, *given: Any, seconds: float, **named: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*given, **named)
        self._seconds = seconds
        self._deadline: asyncio.TimerHandle | None = None
        self._in_head = True
        self._head_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head of a request is longer than any should be."""
        super().data_received(data)
        self._head_bytes = self._head_bytes + len(data) if self._in_head else 0
        if self._head_bytes > MOST_HEAD_BYTES:
            self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Wait for the rest of a request."""
        super().on_message_begin()
        self._in_head = True
        self._wait()

    def on_headers_complete(self) -> None:
        """Count no more: what follows is a body, which has its own bound."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Let the answer take its time: its own limits bound it."""
        self._wait_no_more()
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Wait for the client to read on."""
        super().pause_writing()
        self._wait()

    def resume_writing(self) -> None:
        """Stop waiting: the client reads."""
        self._wait_no_more()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP in the words of every other refusal; ``msg`` is uvicorn's, in English."""
        refusal = problem(400, REFUSED_REQUEST, NOT_HTTP, headers={"Connection": "close"})
        lines = [b"HTTP/1.1 400 Bad Request", *(b": ".join(pair) for pair in refusal.raw_headers), b"", b""]
        self.transport.write(b"\r\n".join(lines) + bytes(refusal.body))
        self.transport.close()

    def _wait(self) -> None:
        self._wait_no_more()
        self._deadline = self.loop.call_later(self._seconds, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
