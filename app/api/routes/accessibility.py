"""Accessibility by floating catchments, by territory."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from app.api.accessible import accessibility_body, preset_of
from app.api.asked_accessibility import AccessibilityQuery
from app.api.cache import address
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.parameters import MAP_FORMS
from app.api.routes.access import people_of
from app.api.schemas.accessibility import AccessibilityList
from app.api.snapshot import Release
from app.travel.isochrones import Ground
from app.travel.routing import ground_of

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
    grounds: list[Ground] = []

    def name(connection: Connection, release: Release) -> str:
        # Times may be computed anew, on another graph, in the same release.
        grounds.append(ground_of(connection, release.id, query.mode))
        return f"{grounds[0].fingerprint} {address(request)}"

    with published(request, release=query.release, form=query.format, offered=MAP_FORMS, mark=name) as ask:
        body = accessibility_body(
            ask.connection,
            ask.release,
            query,
            form=ask.form,
            ground=grounds[0],
            shelf=people_of(request),
        )
        file_name = f"accessibilite-{query.profession}-{query.preset}-{query.level}-{ask.release.vintage}"
        return ask.answer(body, file_name=file_name)
