"""What a route works with: the snapshot it reads, the format asked, and the answer it gives."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine
from starlette.requests import Request
from starlette.responses import Response

from app.api.cache import REVALIDATE, AlreadyAnsweredError, address, etag, is_current, not_modified
from app.api.kept import Answer, KeptAnswers
from app.api.snapshot import Release, check_release, snapshot

JSON = "application/json"
MEDIA_TYPES = {"json": JSON, "geojson": "application/geo+json", "csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Reply:
    """One request whose answer has to be made, and where it is kept then."""

    release: Release
    form: str
    _validator: str
    _kept: KeptAnswers
    _key: tuple[object, ...]

    def envelope(self) -> dict[str, object]:
        """Return what every answer begins with: the release it comes from."""
        return release_mark(self.release)

    def answer(self, body: bytes, *, file_name: str = "") -> Response:
        """Return ``body`` in the form that was asked; a CSV is a download called ``file_name``."""
        headers = {"ETag": self._validator, "Cache-Control": REVALIDATE, "Vary": "Accept"}
        if self.form == "csv":
            headers["Content-Disposition"] = f'attachment; filename="{file_name}.csv"'
        answer = Answer(body, MEDIA_TYPES[self.form], headers)
        self._kept.keep(self._key, answer)
        return _response(answer)


@dataclass(frozen=True, slots=True)
class Ask(Reply):
    """One request being answered inside one transaction."""

    connection: Connection


def _response(answer: Answer) -> Response:
    return Response(answer.body, media_type=answer.media_type, headers=answer.headers)


def release_mark(release: Release) -> dict[str, object]:
    """Return the member that names the release of an answer."""
    return {"release": {"id": release.id, "vintage": release.vintage}}


def engine_of(request: Request) -> Engine:
    """Return the read engine that the application opened at its start."""
    engine: Engine = request.app.state.engine
    return engine


def accepted_form(request: Request, asked: str | None, offered: tuple[str, ...]) -> str:
    """Return the form to answer in: ``format``, else the first known type of Accept, else json."""
    if asked is not None:
        return asked
    for wanted in request.headers.get("accept", "").split(","):
        media_type = wanted.partition(";")[0].strip().lower()
        for form in offered:
            if MEDIA_TYPES[form].partition(";")[0] == media_type:
                return form
    return "json"


@contextmanager
def published(
    request: Request,
    *,
    release: int | None = None,
    form: str | None = None,
    offered: tuple[str, ...] = ("json",),
    mark: Callable[[Connection, Release], str] | None = None,
) -> Iterator[Ask]:
    """Open a request's snapshot; raise AlreadyAnsweredError when the client or we hold the answer.

    Only the release is looked up before that, and what ``mark`` looks up: it names the answer when the
    address does not say all that it depends on.
    """
    with snapshot(engine_of(request)) as (connection, current):
        check_release(current, release)
        name = mark(connection, current) if mark else address(request)
        reply = considered(request, current, form=form, offered=offered, name=name)
        yield Ask(current, reply.form, reply._validator, reply._kept, reply._key, connection)


def considered(
    request: Request, release: Release, *, form: str | None, offered: tuple[str, ...], name: str
) -> Reply:
    """Return what is to be answered in a release; ``name`` tells its answers apart.

    Raises AlreadyAnsweredError when the client or we hold it.
    """
    chosen = accepted_form(request, form, offered)
    validator = etag(release, name, chosen)
    if is_current(request, validator):
        raise not_modified(validator, REVALIDATE)
    kept: KeptAnswers = request.app.state.kept
    key = (release, name, chosen)
    answer = kept.find(key)
    if answer is not None:
        raise AlreadyAnsweredError(_response(answer))
    return Reply(release, chosen, validator, kept, key)


def answer_by_content(request: Request, release: Release, body: bytes) -> Response:
    """Return JSON whose ETag follows its content: for the ledger's dates, which move within one release."""
    validator = etag(release, address(request), body.decode())
    if is_current(request, validator):
        raise not_modified(validator, REVALIDATE)
    return Response(body, media_type=JSON, headers={"ETag": validator, "Cache-Control": REVALIDATE})
