"""Needs of territories crossed with what there is."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.asked_needs import NeedsQuery
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import MAP_FORMS
from app.api.needs import needs_list
from app.api.routes.inequalities import name_of, shelf_of
from app.api.schemas.needs import NeedList

router = APIRouter(prefix="/api/v1", tags=["Indicateurs"], dependencies=[Depends(refuse_doubtful)])


@router.get(
    "/needs", operation_id="needs", **documented("Besoin et offre par territoire", NeedList, MAP_FORMS)
)
def list_needs(request: Request, query: Annotated[NeedsQuery, Query()]) -> Response:
    """Qui habite chaque territoire, ce que son besoin de soins a de plus élevé qu'ailleurs, et son offre.

    Pauvreté, âges, familles monoparentales et personnes seules, avec des poids que l'on peut changer ; neuf
    classes (besoin et offre), et la liste des territoires dont le besoin est élevé et l'offre faible.
    """
    with published(
        request,
        query,
        offered=MAP_FORMS,
        mark=lambda connection, release: name_of(request, query, connection, release),
    ) as ask:
        listed = needs_list(ask.connection, ask.release, query, ask.form, shelf_of(request))
        name = f"besoins-{query.profession}-{query.of}-{query.level}-{ask.release.vintage}"
        return ask.answer(listed, file_name=name)
