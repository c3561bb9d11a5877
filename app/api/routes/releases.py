"""Where the numbers come from: source files of the published release, and every release's inputs."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy import Connection, Row, func, select
from starlette.requests import Request
from starlette.responses import Response

from app.api import views
from app.api.answers import to_json, to_list
from app.api.deps import answer_by_content, engine_of, release_mark
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.history import days
from app.api.lookup import PERSON
from app.api.parameters import ReleaseQuery
from app.api.queries import LOCATED_CLASSES
from app.api.schemas.releases import OneRelease, ReleaseList, SourceList
from app.api.snapshot import check_release, snapshot
from app.errors import NotFoundError
from app.sources.catalogue import REGISTERS

# Waits for a person: nothing of it is served before.
HELD = "held"

router = APIRouter(prefix="/api/v1", tags=["Sources et versions"], dependencies=[Depends(refuse_doubtful)])


@router.get("/sources", operation_id="sources", **documented("Sources", SourceList))
def sources(request: Request, query: Annotated[ReleaseQuery, Query()]) -> Response:
    """Fichiers de la version publiée : producteur, licence, millésime, lignes lues, gardées et rejetées."""
    with snapshot(engine_of(request)) as (connection, release):
        check_release(release, query.release)
        c = views.source.c
        rows = connection.execute(select(views.source).order_by(c.register, c.part, c.vintage)).all()
        share = _located_share(connection, days(connection).in_force(PERSON, release.vintage))
        told = _convention_share(connection)
        items = [_source(row, share, told) for row in rows]
        return answer_by_content(request, release, to_list(release_mark(release), items))


def _source(row: Row[Any], located_share: float | None, convention_share: float | None) -> dict[str, object]:
    register = REGISTERS[row.register]
    return {
        "register": row.register,
        "label": register.label,
        "producer": register.producer,
        "licence": register.licence,
        "part": row.part,
        "variant": row.variant,
        "vintage": row.vintage,
        "last_success_at": row.last_success_at,
        "last_data_change_at": row.last_data_change_at,
        "rows_in": row.rows_in,
        "rows_kept": row.rows_kept,
        "rows_rejected": row.rows_rejected,
        "rejects": row.rejects,
        "notes": row.notes,
        "located_share": located_share if row.register == "annuaire" else None,
        "convention_share": convention_share if row.register == "ameli" else None,
    }


def _convention_share(connection: Connection) -> float | None:
    """Return the part of the liberal practices whose conventional sector is known, 0 to 1."""
    c = views.convention_count.c
    practices, known = connection.execute(select(func.sum(c.practices), func.sum(c.known))).one()
    return round(known / practices, 4) if practices else None


def _located_share(connection: Connection, day: date) -> float | None:
    """Return the part of the practices of ``day`` in the published area that are placed, 0 to 1."""
    c = views.practice.c
    located = func.count().filter(c.location_class.in_(LOCATED_CLASSES))
    total, good = connection.execute(
        select(func.count(), located)
        .select_from(views.practice)
        .where(c.valid.contains(day), func.cardinality(c.territories) > 0)
    ).one()
    return round(good / total, 4) if total else None


@router.get("/releases", operation_id="releases", **documented("Versions", ReleaseList))
def releases(request: Request, query: Annotated[ReleaseQuery, Query()]) -> Response:
    """Versions construites, publiées ou retirées, et les fichiers dont chacune est faite.

    Une version que les contrôles retiennent n'y est pas.
    """
    with snapshot(engine_of(request)) as (connection, release):
        check_release(release, query.release)
        c = views.release_history.c
        rows = connection.execute(
            select(views.release_history)
            .where(c.status != HELD)
            .order_by(c.id.desc(), c.register, c.part)
        ).all()
        return answer_by_content(request, release, to_list(release_mark(release), _grouped(rows)))


@router.get("/releases/{id}", operation_id="release", **documented("Une version", OneRelease))
def one_release(
    request: Request,
    id: Annotated[  # noqa: A002 - the parameter's name in the address
        int, Path(ge=1, le=2_147_483_647, description="Numéro de la version.", examples=[4])
    ],
) -> Response:
    """Une version et les fichiers dont elle est faite."""
    with snapshot(engine_of(request)) as (connection, release):
        c = views.release_history.c
        rows = connection.execute(
            select(views.release_history)
            .where(c.id == id, c.status != HELD)
            .order_by(c.register, c.part)
        ).all()
        if not rows:
            raise NotFoundError(
                "id",
                f"La version {id} n'existe pas.",
                hint="La liste est à l'adresse /api/v1/releases.",
            )
        body = to_json({**release_mark(release), **_grouped(rows)[0]})
        return answer_by_content(request, release, body)


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
                "inputs": listed,
            },
        )
    return list(found.values())
