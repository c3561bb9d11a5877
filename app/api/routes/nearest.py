"""The places of practice nearest to a point."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.asked_access import NearestQuery
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import MAP_FORMS
from app.api.nearest import carers_of, nearest_list
from app.api.routes.access import Marked
from app.api.schemas.nearest import NearestList

router = APIRouter(prefix="/api/v1", tags=["Accès aux soins"], dependencies=[Depends(refuse_doubtful)])


@router.get(
    "/nearest",
    operation_id="nearest",
    **documented("Lieux d'exercice les plus proches", NearestList, MAP_FORMS),
)
def list_nearest(request: Request, query: Annotated[NearestQuery, Query()]) -> Response:
    """Les n lieux d'exercice les plus proches d'un point, en temps, par les rues.

    Un point hors du graphe, ou à plus de 500 m de toute rue, est refusé.
    """
    mark = Marked(request, query)
    with published(request, query, offered=MAP_FORMS, mark=mark, steady=True) as ask:
        carers = carers_of(ask.connection, ask.release, query)
    listed = nearest_list(query, carers=carers, travel=mark.travel)
    return ask.answer(listed, file_name=f"plus-proches-{query.profession}-{query.mode}")
