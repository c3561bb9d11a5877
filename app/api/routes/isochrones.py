"""Isochrones: of one point by its address, of many by their list."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from app.api.asked_points import AskedPoint, read_points
from app.api.departing import Travel, travel_of
from app.api.deps import Reply, published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import MAP_FORMS
from app.api.parameters import IsochroneQuery, IsochronesQuery
from app.api.reach import Asked, Known, Shelf, written
from app.api.schemas.isochrones import POINTS_BODY, IsochroneList
from app.api.snapshot import Release
from app.travel.routing import Routing

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
    reply, known = _in_a_transaction(request, asked)
    return written(asked, reply, known, routing_of(request).reaches)


def _in_a_transaction(request: Request, asked: Asked) -> tuple[Reply, Known]:
    """Read what answers in one transaction, and remember it. Raises AlreadyAnsweredError."""
    query = asked.query
    travels: list[Travel] = []

    def name(connection: Connection, release: Release) -> str:
        travels.append(travel_of(connection, release, query, request.app.state.searches.on))
        return asked.name(travels[0])

    with published(request, query, offered=MAP_FORMS, mark=name, steady=True) as ask:
        return ask, shelf_of(request).read(ask.connection, ask.release, asked, travels[0])
