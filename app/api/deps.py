"""What a route works with: the snapshot it reads, the format asked, and the answer it gives."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, Engine
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.api.cache import REVALIDATE, AlreadyAnsweredError, address, etag, is_current, not_modified
from app.api.formats.known import FORMATS
from app.api.formats.listed import Listed
from app.api.formats.negotiation import accepted_form
from app.api.formats.paging import Page, link, page_of
from app.api.formats.writing import Options, body, table_file
from app.api.kept import LARGEST_BYTES, Answer, KeptAnswers
from app.api.parameters import PagedQuery, ReleaseQuery
from app.api.queries import vintages_of
from app.api.snapshot import Release, check_release, snapshot

JSON = FORMATS["json"].media_type
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Asking:
    """How a list is wanted: which of its items, and how its tables are written."""

    page: Page = field(default_factory=Page)
    options: Options = field(default_factory=Options)
    url: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One request whose answer has to be made, and where it is kept then."""

    release: Release
    form: str
    asking: Asking
    vintages: Mapping[str, date]
    _validator: str
    _kept: KeptAnswers
    _key: tuple[object, ...]

    def envelope(self) -> dict[str, object]:
        """Return what every answer begins with: the release it comes from."""
        return release_mark(self.release)

    def answer(self, made: bytes | Listed, *, file_name: str = "") -> Response:
        """Return a list in the form that was asked, or bytes already written in it.

        A table is a download called ``file_name``. A list that was cut says where its next items are (RFC
        8288). Raises ParameterError for a file past what one may hold.
        """
        headers = {"ETag": self._validator, "Cache-Control": REVALIDATE, "Vary": "Accept"}
        form = FORMATS[self.form]
        if isinstance(made, Listed):
            page = self.asking.page
            made = made if page.done else made.page(page.start, page.limit)
            headers |= link(self.asking.url, self.release, made.following)
            if form.is_file:
                headers["Content-Disposition"] = f'attachment; filename="{file_name}.{form.suffix}"'
                # Made anew for each release: a part of one and a part of the next would make no file.
                headers["Accept-Ranges"] = "none"
                return self._file(made, headers, file_name)
            made = body(self.form, made, self.envelope())
        return self._keep(made, headers)

    def _keep(self, made: bytes, headers: dict[str, str]) -> Response:
        answer = Answer(made, FORMATS[self.form].media_type, headers)
        self._kept.keep(self._key, answer)
        return given(answer)

    def _file(self, listed: Listed, headers: dict[str, str], title: str) -> Response:
        """Return a table written into a temporary file, which is gone before anybody reads it.

        Written first and sent then: a failure on the way is a problem and not half a file, and no connection
        waits for a slow client.
        """
        told = (self.form, listed, self.release, self.vintages)
        with table_file(*told, title=title, options=self.asking.options) as path:
            size = path.stat().st_size
            if size <= LARGEST_BYTES:
                return self._keep(path.read_bytes(), headers)
            # The open file outlives its name: nothing is left behind by a process that dies.
            file = path.open("rb")
        chunks = iter(lambda: file.read(CHUNK), b"")
        headers["Content-Length"] = str(size)
        return StreamingResponse(
            _closing(file.close, chunks), media_type=FORMATS[self.form].media_type, headers=headers
        )


@dataclass(frozen=True, slots=True)
class Ask(Reply):
    """One request being answered inside one transaction."""

    connection: Connection


def _closing(close: Callable[[], None], chunks: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from chunks
    finally:
        close()


def given(answer: Answer) -> Response:
    """Return a kept answer as it is given."""
    return Response(answer.body, media_type=answer.media_type, headers=answer.headers)


def release_mark(release: Release) -> dict[str, object]:
    """Return the member that names the release of an answer."""
    return {"release": {"id": release.id, "vintage": release.vintage}}


def engine_of(request: Request) -> Engine:
    """Return the read engine that the application opened at its start."""
    engine: Engine = request.app.state.engine
    return engine


@contextmanager
def published(
    request: Request,
    query: ReleaseQuery,
    *,
    offered: tuple[str, ...] = ("json",),
    mark: Callable[[Connection, Release], str] | None = None,
    steady: bool = False,
) -> Iterator[Ask]:
    """Open a request's snapshot; raise AlreadyAnsweredError when the client or we hold the answer.

    Only the release is looked up before that, and what ``mark`` looks up: it names the answer when the
    address does not say all that it depends on. With ``steady`` that is no more than the graphs of the
    release. Raises NotAcceptableError for a form that is not offered.
    """
    with snapshot(engine_of(request)) as (connection, current):
        request.app.state.belief.met(current)
        check_release(current, query.release)
        name = mark(connection, current) if mark else address(request)
        reply = considered(
            request,
            current,
            query,
            offered=offered,
            name=name,
            connection=connection,
            steady=steady or mark is None,
        )
        told = (reply.release, reply.form, reply.asking, reply.vintages)
        yield Ask(*told, reply._validator, reply._kept, reply._key, connection)


def considered(
    request: Request,
    release: Release,
    query: ReleaseQuery,
    *,
    offered: tuple[str, ...],
    name: str,
    connection: Connection | None = None,
    steady: bool = True,
) -> Reply:
    """Return what is to be answered in a release; ``name`` tells its answers apart.

    A file needs a connection, on which the vintages that it names are read. What is ``steady`` may be given
    again without asking the base more than which release and graphs are published. Raises
    AlreadyAnsweredError when the client or we hold it.
    """
    form = accepted_form(request.headers.get("accept", ""), getattr(query, "format", None), offered)
    validator = etag(release, name, form)
    key = (release, name, form)
    if steady:
        request.state.kept_as = key
    if is_current(request, validator):
        raise not_modified(validator, REVALIDATE)
    kept: KeptAnswers = request.app.state.kept
    answer = kept.find(key)
    if answer is not None:
        raise AlreadyAnsweredError(given(answer))
    asking = Asking(
        page_of(query, release),
        Options(comma=getattr(query, "decimal", "point") == "virgule"),
        str(request.url) if isinstance(query, PagedQuery) else "",
    )
    vintages = vintages_of(connection) if connection and FORMATS[form].is_file else {}
    return Reply(release, form, asking, vintages, validator, kept, key)


def answer_by_content(request: Request, release: Release, body: bytes) -> Response:
    """Return JSON whose ETag follows its content: for the ledger's dates, which move within one release."""
    validator = etag(release, address(request), body.decode())
    if is_current(request, validator):
        raise not_modified(validator, REVALIDATE)
    return Response(body, media_type=JSON, headers={"ETag": validator, "Cache-Control": REVALIDATE})
