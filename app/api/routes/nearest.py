"""The places of practice nearest to a point."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from app.api.asked_access import NearestQuery
from app.api.cache import address
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.nearest import carers_of, nearest_body
from app.api.parameters import PLACE_FORMS
from app.api.schemas.nearest import NearestList
from app.api.searches import Searches
from app.api.snapshot import Release
from app.travel.isochrones import Ground
from app.travel.routing import ground_of

router = APIRouter(prefix="/api/v1", tags=["Accès aux soins"], dependencies=[Depends(refuse_doubtful)])


@router.get(
    "/nearest",
    operation_id="nearest",
    **documented("Lieux d'exercice les plus proches", NearestList, PLACE_FORMS),
)
def list_nearest(request: Request, query: Annotated[NearestQuery, Query()]) -> Response:
    """Les n lieux d'exercice les plus proches d'un point, en temps, par les rues.

    Un point hors du graphe, ou à plus de 500 m de toute rue, est refusé.
    """
    searches: Searches = request.app.state.searches
    grounds: list[Ground] = []

    def name(connection: Connection, release: Release) -> str:
        grounds.append(ground_of(connection, release.id, query.mode))
        return f"{address(request)}\n{grounds[0].fingerprint}"

    with published(request, release=query.release, form=query.format, offered=PLACE_FORMS, mark=name) as ask:
        carers = carers_of(ask.connection, ask.release, query)
    (ground,) = grounds
    search = searches.on(ground.fingerprint, query.mode)
    body = nearest_body(ask.release, query, ask.form, carers=carers, ground=ground, search=search)
    return ask.answer(body)
