"""Isochrones: of one point by its address, of many by their list."""

from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection, Engine
from starlette.requests import Request
from starlette.responses import Response

from app.api.asked_points import AskedPoint, read_points
from app.api.cache import AlreadyAnsweredError
from app.api.departing import Travel, travel_of
from app.api.deps import Reply, considered, engine_of, published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import FORMATS, MAP_FORMS
from app.api.parameters import IsochroneQuery, IsochronesQuery
from app.api.reach import Asked, Known, Shelf, isochrones_list
from app.api.schemas.isochrones import POINTS_BODY, IsochroneList
from app.api.searches import Searches
from app.api.snapshot import Release, check_release
from app.travel.routing import Reacher, Routing, look

router = APIRouter(prefix="/api/v1", tags=["Accès aux soins"], dependencies=[Depends(refuse_doubtful)])


def routing_of(request: Request) -> Routing:
    """Return the routing processes of this application."""
    routing: Routing = request.app.state.routing
    return routing


def shelf_of(request: Request) -> Shelf:
    """Return what this process read of the published release for its isochrones."""
    shelf: Shelf = request.app.state.shelf
    return shelf


@router.get(
    "/isochrones",
    operation_id="isochrones",
    **documented("Isochrones d'un point", IsochroneList, MAP_FORMS),
)
def isochrone(request: Request, query: Annotated[IsochroneQuery, Query()]) -> Response:
    """Ce qui est à moins de quelques minutes d'un point, avec ses habitants et ses lieux d'exercice.

    En partant du point, par les rues ; le tracé est en geojson. Un point hors du graphe, à plus de 500 m de
    toute rue ou sur un morceau de réseau isolé est refusé.
    """
    return _answer(request, Asked(query, [AskedPoint(0, None, query.lon, query.lat)], strict=True))


@router.post(
    "/isochrones",
    operation_id="isochrones_of_points",
    openapi_extra=POINTS_BODY,
    **documented("Isochrones de plusieurs points", IsochroneList, MAP_FORMS),
)
def isochrones(
    request: Request,
    query: Annotated[IsochronesQuery, Query()],
    points: Annotated[list[AskedPoint], Depends(read_points)],
) -> Response:
    """Ce qui est à moins de quelques minutes de chacun de 500 points au plus, ou de l'un d'eux (merge).

    Un point d'où l'on ne peut partir est nommé dans « refused » ; les autres ont leur réponse.
    """
    return _answer(request, Asked(query, points, merge=query.merge))


def _answer(request: Request, asked: Asked) -> Response:
    """Look everything up, then route without holding a connection."""
    expected = shelf_of(request).known(asked, _searches(request).on)
    answer = _expected(request, asked, expected) if expected else None
    return answer or _written(asked, *_in_a_transaction(request, asked), routing_of(request).reaches)


def _written(asked: Asked, reply: Reply, known: Known, reacher: Reacher) -> Response:
    return reply.answer(isochrones_list(asked, known, reacher), file_name=f"isochrones-{asked.query.mode}")


def _expected(request: Request, asked: Asked, known: Known) -> Response | None:
    """Answer from what was read before: the areas are drawn while one statement says whether it still holds.

    None when something else was published since, or for a file, which names more than was read. Raises
    AlreadyAnsweredError.
    """
    name = asked.name(known.travel)
    try:
        reply = considered(request, known.release, asked.query, offered=MAP_FORMS, name=name)
    except AlreadyAnsweredError:
        if _still(request, asked, known):
            raise
        return None
    if FORMATS[reply.form].is_file:
        return None
    with _ahead(request, asked, known) as reacher:
        return _written(asked, reply, known, reacher) if _still(request, asked, known) else None


def _ahead(request: Request, asked: Asked, known: Known) -> AbstractContextManager[Reacher]:
    """Return what has the areas drawn: begun already when one process alone draws them."""
    routing, journey = routing_of(request), asked.journey()
    if journey is None:
        return nullcontext(routing.reaches)
    return routing.ahead(known.travel.ground.fingerprint, journey)


def _still(request: Request, asked: Asked, known: Known) -> bool:
    """Say whether the release and the graph that were read are those that answer now."""
    with _glancing(engine_of(request)).connect() as connection:
        row = look(connection, asked.query.mode)
    if row is None or row.id is None:
        return False
    release = Release(row.release_id, row.vintage, row.release_fingerprint)
    check_release(release, asked.query.release)
    return release == known.release and row.fingerprint == known.travel.ground.fingerprint


@lru_cache(maxsize=1)
def _glancing(engine: Engine) -> Engine:
    """Return the read engine without transactions: one statement needs none, and saves two round trips."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _in_a_transaction(request: Request, asked: Asked) -> tuple[Reply, Known]:
    """Read what answers in one transaction, and remember it. Raises AlreadyAnsweredError."""
    query = asked.query
    travels: list[Travel] = []

    def name(connection: Connection, release: Release) -> str:
        travels.append(travel_of(connection, release, query, _searches(request).on))
        return asked.name(travels[0])

    with published(request, query, offered=MAP_FORMS, mark=name) as ask:
        return ask, shelf_of(request).read(ask.connection, ask.release, asked, travels[0])


def _searches(request: Request) -> Searches:
    searches: Searches = request.app.state.searches
    return searches
