"""The places of practice nearest to a point."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.asked_access import NearestQuery
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.nearest import carers_of, nearest_body
from app.api.parameters import PLACE_FORMS
from app.api.routes.access import Marked
from app.api.schemas.nearest import NearestList

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
    mark = Marked(request, query)
    with published(request, release=query.release, form=query.format, offered=PLACE_FORMS, mark=mark) as ask:
        carers = carers_of(ask.connection, ask.release, query)
    body = nearest_body(ask.release, query, ask.form, carers=carers, travel=mark.travel)
    return ask.answer(body)
