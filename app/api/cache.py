"""Validators of answers: one ETag a release and an address, compared before anything heavy is asked."""

import hashlib
from importlib.metadata import version

from starlette.requests import Request
from starlette.responses import Response

from app.api.snapshot import Release

REVALIDATE = "no-cache"
# Read once: looking for it costs half a millisecond.
VERSION = version("observatoire")
IMMUTABLE = "public, max-age=31536000, immutable"


class AlreadyAnsweredError(Exception):
    """The answer is known before anything is counted: the client holds it, or this process does."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__(response.status_code)


def not_modified(validator: str, cache_control: str) -> AlreadyAnsweredError:
    """Return the 304 to raise: the client's copy is current."""
    headers = {"ETag": validator, "Cache-Control": cache_control, "Vary": "Accept"}
    return AlreadyAnsweredError(Response(status_code=304, headers=headers))


def etag(release: Release, *parts: str) -> str:
    """Return the weak validator of one answer of ``release``; ``parts`` tell its answers apart.

    Weak, because the same answer may travel compressed or not. The program's version is part of it: a new
    version may write the same numbers in another form.
    """
    marks = "\n".join((release.fingerprint, VERSION, *parts))
    return f'W/"release-{release.id}-{hashlib.sha256(marks.encode()).hexdigest()[:12]}"'


def address(request: Request) -> str:
    """Return the path and the sorted query of a request: what an answer depends on, in one order."""
    query = "&".join(f"{name}={value}" for name, value in sorted(request.query_params.multi_items()))
    return f"{request.url.path}?{query}"


def is_current(request: Request, validator: str) -> bool:
    """Say whether the client's If-None-Match holds ``validator``."""
    return is_among(validator, request.headers.get("if-none-match", ""))


def is_among(validator: str, held: str) -> bool:
    """Say whether the value of an If-None-Match holds ``validator`` (weak comparison, RFC 9110 13.1.2)."""
    known = {mark.strip().removeprefix("W/") for mark in held.split(",")}
    return validator.removeprefix("W/") in known or "*" in known
