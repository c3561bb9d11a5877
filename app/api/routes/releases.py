"""Where the numbers come from: source files of the published release, and every release's inputs."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy import Connection, Row, Select, func, select
from starlette.requests import Request
from starlette.responses import Response

from app.api import views
from app.api.answers import to_json
from app.api.cache import address
from app.api.deps import answer_by_content, engine_of, published, release_mark
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import TABLE_FORMS
from app.api.formats.listed import Item, Listed
from app.api.parameters import TableQuery
from app.api.schemas.releases import OneRelease, ReleaseItem, ReleaseList, SourceItem, SourceList
from app.api.snapshot import Release, snapshot
from app.errors import NotFoundError
from app.indicators.quality import Source, never_loaded, read_placing, read_sources
from app.indicators.wording import french_age, french_date

# Waits for a person: nothing of it is served before.
HELD = "held"
RELEASE_COLUMNS = (
    *("id", "vintage", "status", "built_at", "published_at", "graph"),
    *("file_register", "file_part", "file_variant", "file_vintage", "file_sha256", "file_file_name"),
)

router = APIRouter(prefix="/api/v1", tags=["Sources et versions"], dependencies=[Depends(refuse_doubtful)])


@router.get("/sources", operation_id="sources", **documented("Sources", SourceList, TABLE_FORMS))
def sources(request: Request, query: Annotated[TableQuery, Query()]) -> Response:
    """Fichiers de la version publiée : producteur, licence, millésime, lignes lues, gardées et rejetées."""
    told = Told(request, _told_sources)
    with published(request, query, offered=TABLE_FORMS, mark=told) as ask:
        columns = [
            field.alias or name for name, field in SourceItem.model_fields.items() if name != "rejects"
        ]
        more = {"never_loaded": never_loaded(ask.connection)}
        listed = Listed(told.items, columns, SourceItem, "vintage", more=more)
        return ask.answer(listed, file_name=f"sources-{ask.release.vintage}")


class Told:
    """Items read before their answer is named: dates of the ledger move within one release."""

    def __init__(self, request: Request, read: Callable[[Connection], list[Item]]) -> None:
        self._request, self._read = request, read
        self.items: list[Item] = []

    def __call__(self, connection: Connection, _release: Release) -> str:
        """Return the address and the mark of what was read."""
        self.items = self._read(connection)
        return f"{address(self._request)}\n{hashlib.sha256(to_json({'items': self.items})).hexdigest()}"


def _told_sources(connection: Connection) -> list[Item]:
    shares = {
        "annuaire": {"located_share": _located_share(connection)},
        "ameli": {"convention_share": _convention_share(connection)},
    }
    today = datetime.now(UTC).date()
    return [_source(one, today) | shares.get(one.register, {}) for one in read_sources(connection)]


def _source(one: Source, today: date) -> dict[str, object]:
    told = {field: getattr(one, field) for field in Source.__slots__ if field != "rejects"}
    return {
        **told,
        "vintage_age": french_age(one.vintage, today),
        "last_success_age": french_age(one.last_success_at.date(), today),
        "last_data_change_age": french_age(one.last_data_change_at.date(), today),
        "rejects": {
            reject.reason: {"count": reject.count, "examples": reject.examples} for reject in one.rejects
        },
        "located_share": None,
        "convention_share": None,
    }


def _convention_share(connection: Connection) -> float | None:
    """Return the part of the liberal practices whose conventional sector is known, 0 to 1."""
    c = views.convention_count.c
    practices, known = connection.execute(select(func.sum(c.practices), func.sum(c.known))).one()
    return round(known / practices, 4) if practices else None


def _located_share(connection: Connection) -> float | None:
    """Return the part of the practices of the published area that are placed, 0 to 1."""
    everybody = read_placing(connection).get("")
    return None if everybody is None or everybody.share is None else round(everybody.share, 4)


@router.get("/releases", operation_id="releases", **documented("Versions", ReleaseList, TABLE_FORMS))
def releases(request: Request, query: Annotated[TableQuery, Query()]) -> Response:
    """Versions construites, publiées ou retirées, et les fichiers dont chacune est faite.

    Une version que les contrôles retiennent n'y est pas. Dans un tableau, une ligne par fichier.
    """
    told = Told(request, _told_releases)
    with published(request, query, offered=TABLE_FORMS, mark=told) as ask:
        listed = Listed(told.items, RELEASE_COLUMNS, ReleaseItem, "status", lines=_files)
        return ask.answer(listed, file_name="versions")


def _told_releases(connection: Connection) -> list[Item]:
    c = views.release_history.c
    return list(_grouped(connection.execute(_history().order_by(c.id.desc(), c.register, c.part)).all()))


def _files(item: Item) -> Iterator[Item]:
    """Yield one line for each file that a release is made of."""
    for file in item["inputs"]:
        yield {**item, **{f"file_{name}": value for name, value in file.items()}}


@router.get("/releases/{id}", operation_id="release", **documented("Une version", OneRelease))
def one_release(
    request: Request,
    id: Annotated[  # noqa: A002 - the parameter's name in the address
        int, Path(ge=1, le=2_147_483_647, description="Numéro de la version.", examples=[4])
    ],
) -> Response:
    """Une version, les fichiers dont elle est faite, et si une autre l'a remplacée.

    Une fiche imprimée porte son numéro : c'est ici qu'on voit si elle est encore à jour.
    """
    with snapshot(engine_of(request)) as (connection, release):
        c = views.release_history.c
        rows = connection.execute(_history().where(c.id == id).order_by(c.register, c.part)).all()
        if not rows:
            raise NotFoundError(
                "id",
                f"La version {id} n'existe pas.",
                hint="La liste est à l'adresse /api/v1/releases.",
            )
        found = _grouped(rows)[0]
        body = to_json({**release_mark(release), **found, **_currency(release, rows[0])})
        return answer_by_content(request, release, body)


def _currency(release: Release, row: Row[Any]) -> dict[str, object]:
    """Return whether a release is the published one, and which one replaced it."""
    day = french_date(release.vintage)
    if row.id == release.id:
        told = f"Cette version est à jour : c'est celle qui est publiée, offre au {day}."
        return {"current": True, "superseded_by": None, "sentence": told}
    if (row.vintage, row.id) > (release.vintage, release.id):
        told = f"Cette version n'est pas publiée ; celle qui l'est est la {release.id}, offre au {day}."
        return {"current": False, "superseded_by": None, "sentence": told}
    told = f"Cette version est dépassée : la version {release.id}, offre au {day}, la remplace."
    mark = release_mark(release)["release"]
    return {"current": False, "superseded_by": mark, "sentence": told}


def _history() -> Select[Any]:
    """Return the releases that may be shown, one row a file, with the graph of each."""
    history, graph = views.release_history, views.release_graph
    return (
        select(history, graph.c.fingerprint.label("graph"), graph.c.problem.label("graph_problem"))
        .select_from(history.outerjoin(graph, graph.c.release_id == history.c.id))
        .where(history.c.status != HELD)
    )


def _grouped(rows: Iterable[Row[Any]]) -> list[dict[str, object]]:
    found: dict[int, dict[str, object]] = {}
    inputs: dict[int, list[dict[str, object]]] = {}
    for row in rows:
        listed = inputs.setdefault(row.id, [])
        listed.append(
            {
                "register": row.register,
                "part": row.part,
                "variant": row.variant,
                "vintage": row.file_vintage,
                "sha256": row.sha256,
                "file_name": row.file_name,
            }
        )
        found.setdefault(
            row.id,
            {
                "id": row.id,
                "vintage": row.vintage,
                "status": row.status,
                "built_at": row.built_at,
                "published_at": row.published_at,
                "graph": row.graph,
                "graph_problem": row.graph_problem,
                "inputs": listed,
            },
        )
    return list(found.values())
