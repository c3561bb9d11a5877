"""A name for each request: given back with the answer and written in every line of the journal about it."""

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.log import get_logger

HEADER = "X-Request-ID"
# What a reverse proxy gives; anything else could forge a line of the journal.
KNOWN_FORM = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
SLOW_SECONDS = 5.0

log = get_logger(__name__)


def request_id_of(scope: Scope) -> str:
    """Return the name of a request, made from its header when that is well formed."""
    given = Headers(scope=scope).get(HEADER.lower(), "")
    return given if KNOWN_FORM.fullmatch(given) else uuid4().hex


class RequestIds:
    """Names each request; notes in the journal those that failed or took long."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under its name."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name = request_id_of(scope)
        # For the answer to a fault, which is made outside of here.
        scope.setdefault("state", {})["request_id"] = name
        status, start = 500, time.perf_counter()

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=name):
            try:
                await self.app(scope, receive, named)
            finally:
                seconds = time.perf_counter() - start
                if status >= 500 or seconds > SLOW_SECONDS:
                    log.warning(
                        "request", method=scope["method"], path=scope["path"], status=status,
                        seconds=round(seconds, 3),
                    )  # fmt: skip
