"""Who has a place of practice within reach, by territory."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.asked_access import CoverageQuery
from app.api.coverage import coverage_body
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.parameters import MAP_FORMS
from app.api.routes.access import name_of, people_of
from app.api.schemas.coverage import CoverageList

router = APIRouter(prefix="/api/v1", tags=["Accès aux soins"], dependencies=[Depends(refuse_doubtful)])


@router.get(
    "/coverage",
    operation_id="coverage",
    **documented("Population couverte par territoire", CoverageList, MAP_FORMS),
)
def list_coverage(request: Request, query: Annotated[CoverageQuery, Query()]) -> Response:
    """Habitants qui ont un lieu d'exercice (ou k) à moins de quelques minutes, et ceux qui n'en ont pas.

    Par âge, avec les ménages pauvres, la liste des carreaux non couverts et, pour les QPV, le lieu le plus
    proche hors du quartier. Par les rues, des carreaux de 200 m vers les lieux localisés de la version.
    """
    with published(
        request,
        release=query.release,
        form=query.format,
        offered=MAP_FORMS,
        mark=lambda connection, release: name_of(request, query, connection, release),
    ) as ask:
        body = coverage_body(ask.connection, ask.release, query, ask.form, people_of(request))
        name = (
            f"couverture-{query.profession}-{query.mode}-{query.minutes}-{query.level}-{ask.release.vintage}"
        )
        return ask.answer(body, file_name=name)
