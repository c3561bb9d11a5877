"""Accessibility by floating catchments, by territory."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.accessible import accessibility_list, preset_of
from app.api.asked_accessibility import AccessibilityQuery
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import MAP_FORMS
from app.api.routes.access import Marked, people_of
from app.api.schemas.accessibility import AccessibilityList

router = APIRouter(prefix="/api/v1", tags=["Accès aux soins"], dependencies=[Depends(refuse_doubtful)])


@router.get(
    "/accessibility",
    operation_id="accessibility",
    **documented("Accessibilité par territoire", AccessibilityList, MAP_FORMS),
)
def list_accessibility(request: Request, query: Annotated[AccessibilityQuery, Query()]) -> Response:
    """Ce que les habitants peuvent attendre de l'offre qu'ils peuvent rejoindre, par territoire.

    Par les temps de trajet depuis chaque carreau, selon une méthode nommée dont chaque réglage peut être
    changé ; la réponse les répète tous. La valeur d'un territoire est la moyenne de ses carreaux, pondérée
    par leurs habitants.
    """
    preset_of(query)  # refused before anything is asked of the base
    mark = Marked(request, query)
    with published(request, query, offered=MAP_FORMS, mark=mark, steady=True) as ask:
        listed = accessibility_list(
            ask.connection,
            ask.release,
            query,
            form=ask.form,
            travel=mark.travel,
            shelf=people_of(request),
        )
        file_name = f"accessibilite-{query.profession}-{query.preset}-{query.level}-{ask.release.vintage}"
        return ask.answer(listed, file_name=file_name)
