"""Who has a place of practice within reach, by territory."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from app.api.asked_access import CoverageQuery, WithinReachQuery
from app.api.asked_points import AskedPoint, read_points
from app.api.cache import address
from app.api.coverage import coverage_body
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.parameters import MAP_FORMS
from app.api.project import look_up, project_body
from app.api.routes.access import name_of, people_of
from app.api.schemas.coverage import CoverageList, ProjectList
from app.api.schemas.isochrones import POINTS_BODY
from app.api.searches import Searches
from app.api.snapshot import Release
from app.travel.isochrones import Ground
from app.travel.routing import ground_of

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


@router.post(
    "/coverage",
    operation_id="coverage_of_points",
    openapi_extra=POINTS_BODY,
    **documented("Population que couvriraient des points", ProjectList, MAP_FORMS),
)
def list_project(
    request: Request,
    query: Annotated[WithinReachQuery, Query()],
    points: Annotated[list[AskedPoint], Depends(read_points)],
) -> Response:
    """Habitants qui auraient un de ces points (ou k) à moins de quelques minutes : un projet, 500 au plus.

    Un point où l'on ne peut arriver est nommé dans « refused » ; les autres comptent.
    """
    searches: Searches = request.app.state.searches
    grounds: list[Ground] = []

    def name(connection: Connection, release: Release) -> str:
        grounds.append(ground_of(connection, release.id, query.mode))
        return f"{address(request)}\n{grounds[0].fingerprint}\n{points!r}"

    with published(request, release=query.release, form=query.format, offered=MAP_FORMS, mark=name) as ask:
        asked = look_up(ask.connection, ask.release, query, points, people_of(request))
        search = searches.on(grounds[0].fingerprint, query.mode)
        body = project_body(ask.connection, ask.release, asked, ask.form, ground=grounds[0], search=search)
        return ask.answer(body, file_name=f"couverture-projet-{query.level}-{ask.release.vintage}")
